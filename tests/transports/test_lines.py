"""The same promises on every transport, each on a live broker: nothing lost, nothing wrong handled, nothing right kept."""

from __future__ import annotations

from support.brokers.harness import Running, same
from support.brokers.line import Line
from support.brokers.tiny import bad, good


def test_valid_events_are_handled_once(line: Line) -> None:
    """Structured and binary events reach the handler, each once; what is sent twice is suppressed."""
    messages = [good(number) for number in range(40)]
    with Running(line) as plant:
        line.send([*messages, *messages[:10]])
        plant.until(lambda: len(plant.receipts.all) == (40 if line.broker_dedupes else 50))
    assert sorted(plant.numbers()) == list(range(40))
    plant.tell("sent twice", 40, good=40)


def test_bad_messages_are_kept_as_they_came(line: Line) -> None:
    """Each kind of bad message is in quarantine with its bytes, key and headers; good ones around it are handled."""
    wrong = bad(line.lacks)
    messages = [good(100), *wrong.values(), good(101)]
    with Running(line) as plant:
        line.send(messages)
        plant.until(lambda: plant.settled() >= len(messages))
    assert sorted(plant.numbers()) == [100, 101]
    kept = plant.kept()
    missing = [kind for kind, each in wrong.items() if not any(same(each, it, line) for it in kept)]
    assert missing == []
    assert all(entry.reasons for entry in plant.quarantine.entries())
    plant.tell(f"{len(wrong)} kinds of bad messages", len(messages), good=2)
