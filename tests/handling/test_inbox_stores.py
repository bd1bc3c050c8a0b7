"""What every inbox promises, whatever it is kept in."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from handling_plant import NOW
from hypothesis import given
from hypothesis import strategies as st

from interlock_runtime.handling.errors import Misuse, StoreFault
from interlock_runtime.handling.outcomes import Outcome
from interlock_runtime.handling.protocols import Claim, Mark
from interlock_runtime.stores.memory import MemoryInbox
from interlock_runtime.stores.redis import RedisInbox
from interlock_runtime.stores.sqlite_inbox import InboxWithin, SqliteInbox
from interlock_runtime.stores.sqlite_quarantine import SqliteQuarantine
from interlock_runtime.stores.sqlite_receipts import SqliteReceipts

DAY = dt.timedelta(days=1)
CLAIM = Claim("warehouse", "mes", "e-1", "t.v1", NOW, 7 * DAY, "hold H-1", 30 * DAY, b"one")


def at(days: int, **changes: Any) -> Claim:
    """Return the claim some days later."""
    return replace(CLAIM, now=NOW + days * DAY, **changes)


def test_attempts_are_counted_and_a_settled_event_is_a_repetition(inbox: Any) -> None:
    """Looking changes nothing."""
    assert inbox.look(CLAIM).attempts == 0
    assert [inbox.begin(CLAIM).attempts, _again(inbox, CLAIM).attempts] == [1, 2]
    assert inbox.look(CLAIM).repeats == ("same-id" if isinstance(inbox, RedisInbox) and inbox._before else "")  # noqa: SLF001 - what the kind means
    inbox.settle(CLAIM, Outcome.WARNED)
    standing = inbox.begin(CLAIM)
    assert (standing.repeats, standing.outcome, standing.settled) == ("same-id", Outcome.WARNED, NOW)


def _again(inbox: Any, claim: Claim) -> Any:
    """Begin another attempt after one that failed."""
    inbox.abandon(claim, counts=True)
    return inbox.begin(claim)


def test_an_attempt_that_was_broken_off_does_not_count(inbox: Any) -> None:
    """However often a deploy falls into it."""
    for _ in range(3):
        assert inbox.begin(CLAIM).attempts == 1
        inbox.abandon(CLAIM, counts=False)


def test_each_round_has_its_own_attempts(inbox: Any) -> None:
    """A message that is released from quarantine starts anew."""
    inbox.begin(CLAIM)
    assert _again(inbox, CLAIM).attempts == 2
    inbox.abandon(CLAIM, counts=True)
    assert inbox.begin(replace(CLAIM, round=1)).attempts == 1


def test_the_business_key_knows_a_fact_under_another_id(inbox: Any) -> None:
    """With the same data; with other data it is a conflict; in another major the data are not compared."""
    inbox.begin(CLAIM)
    inbox.settle(CLAIM, Outcome.HANDLED)
    other = replace(CLAIM, id="e-2")
    assert inbox.begin(other).repeats == "business-duplicate"
    assert inbox.begin(replace(other, type="t.v2", digest=b"two")).repeats == "business-duplicate"
    conflict = inbox.begin(replace(other, digest=b"two"))
    assert (conflict.repeats, conflict.conflict, conflict.attempts) == ("", True, 0)
    assert inbox.begin(replace(CLAIM, digest=b"two")).conflict
    assert inbox.begin(replace(other, key="hold H-2")).attempts == 1


@pytest.mark.parametrize(
    ("days", "repeats"), [(7, "same-id"), (8, "business-duplicate"), (30, "business-duplicate"), (31, "")]
)
def test_windows(clocked_inbox: Any, days: int, repeats: str) -> None:
    """Seven days by id, thirty by business key."""
    clocked_inbox.begin(CLAIM)
    clocked_inbox.settle(CLAIM, Outcome.HANDLED)
    assert clocked_inbox.begin(at(days)).repeats == repeats


def test_redis_ends_windows_by_its_own_clock(tmp_path: Path, redis_server: Any) -> None:
    """Each name that depends on a window has an end."""
    import redis

    client: Any = redis.Redis(port=redis_server.port)
    inbox = RedisInbox(client, prefix=str(tmp_path))
    inbox.begin(CLAIM)
    tried = [client.pttl(name) for name in client.keys(f"{tmp_path}:*tried*")]
    inbox.settle(CLAIM, Outcome.HANDLED)
    ends = sorted(client.pttl(name) for name in client.keys(f"{tmp_path}:*"))
    week, month = 7 * 86_400_000, 30 * 86_400_000
    assert [week - 10_000 < end <= week for end in tried] == [True]
    assert [week - 10_000 < end <= week for end in ends[:2]] == [True, True]
    assert [month - 10_000 < end <= month for end in ends[2:]] == [True]
    inbox.passed("warehouse", Mark("sequence mes", 1), NOW)
    (mark,) = client.keys(f"{tmp_path}:*:mark:*")
    assert client.pttl(mark) > 89 * 86_400_000
    client.close()


def test_without_a_window_nothing_is_recognised(inbox: Any) -> None:
    """Tier T3; attempts are counted until it is settled."""
    claim = replace(CLAIM, window=None, key=None)
    assert [inbox.begin(claim).attempts, _again(inbox, claim).attempts] == [1, 2]
    inbox.settle(claim, Outcome.HANDLED)
    assert inbox.begin(claim).attempts == 1


def test_a_source_moves_on_when_its_event_arrives_and_an_entity_when_it_is_settled(inbox: Any) -> None:
    """Counters never go back, and are told as they were before."""
    first = replace(CLAIM, sequence=Mark("sequence mes", 7), version=Mark("version lot", 3))
    other = replace(first, id="e-x", key=None)
    assert (inbox.begin(first).sequence, inbox.look(other).sequence, inbox.look(other).version) == (None, 7, None)
    inbox.settle(first, Outcome.HANDLED)
    assert inbox.passed("warehouse", Mark("sequence mes", 5), NOW) == 7
    standing = inbox.begin(replace(first, id="e-2", key=None, sequence=Mark("sequence mes", 9)))
    assert (standing.sequence, standing.version) == (7, 3)
    assert inbox.passed("warehouse", Mark("sequence mes", 999_999_999_999_999_998), NOW) == 9
    assert inbox.passed("warehouse", Mark("sequence mes", 1), NOW) == 999_999_999_999_999_998
    assert inbox.passed("other", Mark("sequence mes", 1), NOW) is None


def test_a_cause_is_known_once_it_is_settled(inbox: Any) -> None:
    """Not while it is being tried."""
    effect = replace(CLAIM, id="e-2", key="other", cause="e-1")
    assert not inbox.look(effect).cause_known
    inbox.begin(CLAIM)
    assert not inbox.look(effect).cause_known
    inbox.settle(CLAIM, Outcome.HANDLED)
    assert inbox.look(effect).cause_known


def test_consumers_do_not_know_of_each_other(inbox: Any) -> None:
    """One inbox serves several services."""
    inbox.begin(CLAIM)
    inbox.settle(CLAIM, Outcome.HANDLED)
    assert inbox.begin(replace(CLAIM, consumer="office")).attempts == 1


def test_pruning_forgets_only_what_is_beyond_its_window(inbox: Any) -> None:
    """Redis has nothing to do."""
    inbox.begin(CLAIM)
    inbox.settle(CLAIM, Outcome.HANDLED)
    assert inbox.prune(NOW + 7 * DAY) == 0
    assert inbox.prune(NOW + 31 * DAY) == (0 if isinstance(inbox, RedisInbox) else 2)
    assert inbox.look(CLAIM).repeats == ("same-id" if isinstance(inbox, RedisInbox) else "")


def test_counters_of_sources_that_are_gone_are_forgotten(clocked_inbox: Any) -> None:
    """After ninety days without a number; memory keeps as many as it keeps events."""
    for number in range(3):
        clocked_inbox.passed("warehouse", Mark(f"sequence mes-{number}", 7), NOW + 50 * number * DAY)
    clocked_inbox.prune(NOW + 120 * DAY)
    known = [clocked_inbox.passed("warehouse", Mark(f"sequence mes-{number}", 8), NOW) for number in range(3)]
    assert known == ([7, 7, 7] if isinstance(clocked_inbox, MemoryInbox) else [None, 7, 7])


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=2, max_size=2, unique=True))
def test_no_two_events_share_a_name(names: list[tuple[str, str, str]]) -> None:
    """Colons, spaces and empty texts in source and id never make one event look like another."""
    (first, second) = (replace(CLAIM, consumer=c, source=s, id=i, key=None) for c, s, i in names)
    inbox = MemoryInbox()
    inbox.begin(first)
    inbox.settle(first, Outcome.HANDLED)
    assert inbox.look(second).repeats == ""


def test_memory_is_bounded() -> None:
    """The oldest events are forgotten, their causes too."""
    inbox = MemoryInbox(most=10)
    for number in range(100):
        claim = replace(CLAIM, id=f"e-{number}", key=f"k-{number}")
        inbox.begin(claim)
        inbox.settle(claim, Outcome.HANDLED)
    known = [number for number in range(100) if inbox.look(replace(CLAIM, id=f"e-{number}", key=None)).repeats]
    causes = [
        number for number in range(100) if inbox.look(replace(CLAIM, id="x", key=None, cause=f"e-{number}")).cause_known
    ]
    assert known == causes == list(range(90, 100))


def test_two_connections_to_one_file_see_each_other(tmp_path: Path) -> None:
    """Two processes of one consumer, each with its own connection and threads: every attempt has its own number."""
    boxes = [SqliteInbox(tmp_path / "inbox.db") for _ in range(2)]
    found: list[int] = []

    def work(box: SqliteInbox) -> None:
        found.extend(box.begin(CLAIM).attempts for _ in range(25))

    threads = [threading.Thread(target=work, args=(box,)) for box in boxes for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(1, 101))
    boxes[0].settle(CLAIM, Outcome.HANDLED)
    assert boxes[1].look(CLAIM).repeats == "same-id"
    for box in boxes:
        box.close()


def test_a_new_file_can_be_opened_by_many_at_once(tmp_path: Path) -> None:
    """Setting the journal's mode does not wait by itself, so the store does."""
    failed: list[Exception] = []

    def work(path: Path) -> None:
        try:
            SqliteInbox(path).close()
        except StoreFault as fault:
            failed.append(fault)

    for number in range(20):
        threads = [threading.Thread(target=work, args=(tmp_path / f"{number}.db",)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []


def test_stores_share_a_file_with_each_other_and_with_nobody_else(tmp_path: Path) -> None:
    """A file of another program, a folder, a missing folder and a text: one clear sentence each."""
    path = tmp_path / "stores.db"
    stores = [SqliteInbox(path), SqliteQuarantine(path), SqliteReceipts(path)]
    stores[0].begin(CLAIM)  # type: ignore[union-attr]
    for store in stores:
        store.close()
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = other.read_bytes()
    for kind in (SqliteInbox, SqliteQuarantine, SqliteReceipts):
        with pytest.raises(
            StoreFault, match=r"other\.db' belongs to another program: give the store a file of its own"
        ):
            kind(other)
    assert other.read_bytes() == before
    (tmp_path / "text").write_text("no database, but long enough to be looked at as one\n" * 50)
    for place in (tmp_path, tmp_path / "missing" / "x.db", tmp_path / "text"):
        with pytest.raises(StoreFault, match=r"can't be opened .*: give the path of a file of its own"):
            SqliteInbox(place)


def test_the_durability_is_what_is_printed(tmp_path: Path) -> None:
    """Quarantine and shared transactions sync each commit; the inbox's own file need not."""
    made: list[tuple[Any, int]] = [
        (SqliteInbox(tmp_path / "a.db"), 1),
        (SqliteQuarantine(tmp_path / "b.db"), 2),
        (SqliteReceipts(tmp_path / "c.db"), 1),
    ]
    for store, level in made:
        connection = store._database._connection  # noqa: SLF001 - what is set is the question
        assert connection.execute("PRAGMA synchronous").fetchone() == (level,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        store.close()
    connection = sqlite3.connect(tmp_path / "d.db")
    connection.execute("PRAGMA synchronous = OFF")
    InboxWithin(connection)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    connection.close()


def test_what_can_not_share_says_so(tmp_path: Path) -> None:
    """Memory, another kind of connection, and a connection that has begun something."""
    with pytest.raises(Misuse, match="can't share the handler's transaction: give the consumer an SqliteInbox"):
        MemoryInbox().sharing(object())
    with pytest.raises(Misuse, match=r"an sqlite3.Connection, not of a str"):
        InboxWithin("business.db")
    connection = sqlite3.connect(tmp_path / "x.db")
    connection.execute("CREATE TABLE t (x)")
    connection.execute("INSERT INTO t VALUES (1)")
    with pytest.raises(Misuse, match="has an open transaction: commit it before handling"):
        InboxWithin(connection)
    connection.close()


def test_rows_may_be_anything(tmp_path: Path) -> None:
    """The handler's connection may make dictionaries of rows."""
    connection = sqlite3.connect(tmp_path / "x.db")
    connection.row_factory = lambda cursor, row: {
        column[0]: value for column, value in zip(cursor.description, row, strict=True)
    }
    box = InboxWithin(connection)
    box.begin(CLAIM)
    assert box.look(CLAIM).attempts == 1
    connection.close()


def test_redis_marks_on_the_side_that_the_user_chose(tmp_path: Path, redis_server: Any) -> None:
    """Before: a crash in the handler loses the event. After: it is handled again. Neither is a default by accident."""
    import redis

    client = redis.Redis(port=redis_server.port)
    for mark, repeats in (("after", ""), ("before", "same-id")):
        box = RedisInbox(client, mark=mark, prefix=f"{tmp_path}{mark}")  # type: ignore[arg-type]
        box.begin(CLAIM)  # and the process dies
        assert box.begin(CLAIM).repeats == repeats
    assert RedisInbox(client, prefix=f"{tmp_path}default").begin(CLAIM).attempts == 1
    with pytest.raises(Misuse, match=r"neither 'after' .* nor 'before'"):
        RedisInbox(client, mark="sometimes")  # type: ignore[arg-type]
    client.close()
