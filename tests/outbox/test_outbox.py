"""The outbox alone: what a put means, and how much it holds."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock_runtime import RawMessage
from interlock_runtime.outbox import Buffer, Draft, Outbox, OutboxError, OutboxFull, OutboxUnusable
from interlock_runtime.outbox.rows import packed_headers, unpacked_headers
from outbox.outbox_plant import draft, names

HEADERS = st.lists(st.tuples(st.text() | st.binary(), st.none() | st.binary()), max_size=5).map(tuple)


@given(HEADERS)
def test_headers_come_out_as_they_went_in(headers: tuple[tuple[str | bytes, bytes | None], ...]) -> None:
    """Order, repeats, nulls, and whether a name was text or bytes."""
    assert unpacked_headers(packed_headers(headers)) == headers


def test_sequences_of_many_threads_have_no_gap(tmp_path: Path) -> None:
    """Each thread gets its own rows back, and each source counts 1, 2, 3, in the order of the positions."""
    outbox = Outbox(tmp_path / "box", synchronous="NORMAL")
    rows: list[tuple[int, str | None, int | None, str]] = []

    def work(number: int) -> None:
        for index in range(30):
            (row,) = outbox.put(draft(f"{number}-{index}", source=f"s{index % 2}"))
            rows.append((row.position, row.source, row.sequence, names([row])[0]))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name for *_, name in rows} == {f"{number}-{index}" for number in range(6) for index in range(30)}
    for source in ("s0", "s1"):
        assert [sequence for _, own, sequence, _ in sorted(rows) if own == source] == list(range(1, 91))
    outbox.close()


def test_what_one_thread_cannot_write_is_its_own_affair(tmp_path: Path) -> None:
    """In one group commit a draft that raises undoes its own put alone, and takes no sequence."""
    outbox = Outbox(tmp_path / "box", synchronous="NORMAL")
    failures: list[str] = []

    def bad(_: str) -> RawMessage:
        raise ValueError("no such lot")

    def work(number: int) -> None:
        try:
            outbox.put(draft(f"{number}"), *([Draft("c", bad, "s")] if number % 3 == 0 else []))
        except ValueError as error:
            failures.append(str(error))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    state = outbox.state()
    assert (failures, state.rows) == (["no such lot"] * 4, 8)
    assert outbox.put(draft("last"))[0].sequence == 9
    outbox.close()


def test_business_transaction_carries_both_or_neither(tmp_path: Path) -> None:
    """Rolled back, neither the order nor the event is there, and the sequence has no gap; committed, both are."""
    path = tmp_path / "shop.db"
    shop = sqlite3.connect(path, isolation_level=None)
    shop.execute("CREATE TABLE orders (number TEXT)")
    outbox = Outbox.within(path)
    for ending in ("ROLLBACK", "COMMIT"):
        shop.execute("BEGIN")
        shop.execute("INSERT INTO orders VALUES (?)", (ending,))
        (row,) = outbox.put(draft(ending), connection=shop)
        assert (row.sequence, outbox.state().rows) == (1, 0), "nothing is visible before the end"
        shop.execute(ending)
    assert (outbox.state().rows, shop.execute("SELECT * FROM orders").fetchall()) == (1, [("COMMIT",)])
    outbox.close()
    shop.close()


def test_failed_put_leaves_the_business_transaction_as_it_was(tmp_path: Path) -> None:
    """What the service wrote before stays, and what it writes after commits."""
    path = tmp_path / "shop.db"
    shop = sqlite3.connect(path)
    shop.row_factory = sqlite3.Row
    shop.execute("CREATE TABLE orders (number TEXT)")
    outbox = Outbox.within(path, buffers={"T1": Buffer(most_bytes=100)})
    with shop:
        shop.execute("INSERT INTO orders VALUES ('before')")
        with pytest.raises(OutboxFull):
            outbox.put(draft("small"), draft("large", size=90), connection=shop)
        shop.execute("INSERT INTO orders VALUES ('after')")
    assert ([row[0] for row in shop.execute("SELECT * FROM orders")], outbox.state().rows) == (["before", "after"], 0)
    with shop:
        assert outbox.put(draft("next"), connection=shop)[0].sequence == 1
    assert outbox.state().rows == 1
    outbox.close()
    shop.close()


def test_wrong_connections_are_refused_in_a_sentence(tmp_path: Path) -> None:
    """A connection to another file, or one that would commit each statement alone, can't carry both."""
    outbox = Outbox(tmp_path / "box")
    for place, sentence in (("other", "so one transaction can't hold both"), ("box", "begin one, and put inside it")):
        other = sqlite3.connect(tmp_path / place, isolation_level=None)
        with pytest.raises(OutboxError, match=sentence):
            outbox.put(draft("a"), connection=other)
        other.close()
    outbox.close()


def test_restart_finds_everything(tmp_path: Path) -> None:
    """Rows, counts and sequences stand in the file."""
    with Outbox(tmp_path / "box") as outbox:
        outbox.put(draft("a"), draft("b"))
    with Outbox(tmp_path / "box") as outbox:
        assert (outbox.state().rows, outbox.put(draft("c"))[0].sequence) == (2, 3)


def test_a_lock_that_is_held_too_long_is_a_sentence(tmp_path: Path) -> None:
    """A business transaction that never ends makes others' puts fail after `busy` seconds, and nothing is put."""
    outbox = Outbox(tmp_path / "box", busy=0.05)
    other = sqlite3.connect(tmp_path / "box", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OutboxUnusable, match="another transaction has held its lock for too long"):
        outbox.put(draft("a"))
    other.execute("ROLLBACK")
    assert outbox.put(draft("b"))[0].sequence == 1
    other.close()
    outbox.close()


# Room


def test_a_tier_that_stops_never_drops(tmp_path: Path) -> None:
    """OutboxFull says which tier and why, nothing is put, no sequence is taken, and the other tiers go on."""
    outbox = Outbox(tmp_path / "box", buffers={"T1": Buffer(most_bytes=60)})
    outbox.put(draft("a", size=20))
    with pytest.raises(
        OutboxFull, match=r"no room for an event of tier T1: its buffer holds .* never drops; nothing was put"
    ):
        outbox.put(draft("b", size=20))
    with pytest.raises(OutboxFull, match="more than the whole buffer of 60"):
        outbox.put(draft("c", size=200))
    assert outbox.put(draft("d", tier="T2", source="other"))[0].sequence == 1
    assert (outbox.state().tiers["T1"].rows, outbox.put(draft("e"))[0].sequence) == (1, 2)
    outbox.close()


def test_a_tier_that_drops_loses_its_oldest_and_counts_them(tmp_path: Path) -> None:
    """By bytes, and by age; the gap in the sequence stays for whoever reads it."""
    now = [1000.0]
    buffer = Buffer("drop-oldest", dt.timedelta(hours=4), most_bytes=100)
    outbox = Outbox(tmp_path / "box", buffers={"T3": buffer}, clock=lambda: now[0])
    for name in "abcdef":
        outbox.put(draft(name, tier="T3", size=6))
    depth = outbox.state().tiers["T3"]
    assert (depth.rows + depth.dropped, depth.bytes <= 100, depth.dropped > 0) == (6, True, True)
    now[0] += 5 * 3600
    (row,) = outbox.put(draft("g", tier="T3"))
    depth = outbox.state().tiers["T3"]
    assert (row.sequence, depth.rows, depth.dropped) == (7, 1, 6)
    outbox.close()


def test_age_is_seen_and_never_negative(tmp_path: Path) -> None:
    """The oldest row's age by tier; a clock that was set back makes it 0 and drops nothing."""
    now = [10_000.0]
    outbox = Outbox(tmp_path / "box", clock=lambda: now[0])
    outbox.put(draft("a"))
    outbox.put(draft("b", tier="T3"))
    now[0] += 90
    assert (outbox.state().oldest, outbox.state().tiers["T3"].oldest) == (90.0, 90.0)
    now[0] = 0.0
    outbox.put(draft("c", tier="T3"))
    assert (outbox.state().oldest, outbox.state().rows) == (0.0, 3)
    outbox.close()


def test_full_disk_is_a_sentence_and_passes(tmp_path: Path) -> None:
    """SQLite's own "database or disk is full": nothing is put, and once there is room puts go on without a gap."""
    outbox = Outbox(tmp_path / "box", synchronous="NORMAL")
    connection = outbox._connection  # noqa: SLF001 - no public way to fill a disk
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + 4}")
    stored, sentence = _filled(outbox)
    assert sentence.endswith("the disk or the database is full; nothing was put")
    assert outbox.state().rows == stored > 0
    connection.execute("PRAGMA max_page_count = 1000000")
    assert outbox.put(draft("more"))[0].sequence == stored + 1
    outbox.close()


def _filled(outbox: Outbox) -> tuple[int, str]:
    """Put until there is no room; return how many were put and what was said then."""
    for number in range(100):
        try:
            outbox.put(draft(f"{number}", size=2000))
        except OutboxFull as full:
            return number, str(full)
    return 100, "there was room"


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["T1", "T3"])), max_size=40))
def test_counts_are_what_stands_there(puts: list[tuple[int, str]]) -> None:
    """Whatever is put, dropped and refused: rows and bytes of each tier are those of its rows."""
    outbox = Outbox(":memory:", buffers={"T1": Buffer(most_bytes=300), "T3": Buffer("drop-oldest", None, 120)})
    taken = {"T1": 0, "T3": 0}
    for number, (size, tier) in enumerate(puts):
        try:
            outbox.put(draft(f"{number}", tier=tier, size=size))
        except OutboxFull:
            assert tier == "T1"
        else:
            taken[tier] += 1
    rows = outbox._connection.execute(  # noqa: SLF001 - what really stands there
        "SELECT tier, count(*), sum(size) FROM interlock_outbox_rows GROUP BY tier"
    ).fetchall()
    state = outbox.state().tiers
    assert {tier: (count, size) for tier, count, size in rows} == {
        tier: (depth.rows, depth.bytes) for tier, depth in state.items() if depth.rows
    }
    assert all(depth.rows + depth.dropped == taken[tier] for tier, depth in state.items())
    outbox.close()
