"""
A process of its own that puts into an outbox, or forwards from it to a socket: what the tests kill.

`python outbox_process.py HOME put BOX FIRST LAST` prints each number once its put has returned;
`python outbox_process.py HOME forward BOX PORT` forwards until it is killed;
`python outbox_process.py HOME mqtt BOX PORT` does so to an MQTT broker.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Sequence
from typing import Any


def put(box: str, first: str, last: str) -> None:
    """Put numbered messages, four keys in turn, and say after each that it is safe."""
    from interlock_runtime import RawMessage
    from interlock_runtime.outbox import Draft, Outbox

    outbox = Outbox(box)
    for number in range(int(first), int(last)):
        key = b"%d" % (number % 4)
        outbox.put(Draft("c", lambda sequence, n=number, k=key: RawMessage(f"{n} {sequence}".encode(), k), "s", "T1"))
        print(number, flush=True)  # noqa: T201 - what the test reads


class Wire:
    """A sender to a socket, where each line is answered once it is kept."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._answers = self._socket.makefile("rb")

    def send(self, channel: str, message: Any) -> None:
        """Send one message."""
        self.send_all([(channel, message)])

    def send_all(self, batch: Sequence[tuple[str, Any]]) -> int:
        """Send messages, and return how many were answered."""
        self._socket.sendall(b"".join(message.key + b" " + message.value + b"\n" for _, message in batch))
        return sum(self._answers.readline() == b"ok\n" for _ in batch)


def forward(box: str, port: str) -> None:
    """Forward until killed."""
    from interlock_runtime.outbox import Forwarder, Outbox

    Forwarder(Outbox(box), Wire(int(port)), batch=20, look=0.01).run()


def mqtt(box: str, port: str) -> None:
    """Forward to an MQTT broker until killed."""
    from interlock_runtime.outbox import Backoff, Forwarder, Outbox
    from interlock_runtime.transports.mqtt import Connection, MqttSender

    sender = MqttSender(Connection("127.0.0.1", int(port), "edge"), prefix="mfg", patience=2.0)
    Forwarder(Outbox(box), sender, look=0.01, backoff=Backoff(0.05, 0.2)).run()


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    {"put": put, "forward": forward, "mqtt": mqtt}[sys.argv[2]](*sys.argv[3:])
