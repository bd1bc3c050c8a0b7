"""
What the loops of all transports share: none of it knows a protocol.

One attempt, and attempts until a message is settled (`attempts`); messages that are taken in turn (`turns`), or whose
partitions wait for themselves (`pauses`); released messages told again (`telling`); lost connections and long work
(`connecting`); and the wish to end (`stopping`).
"""

from .stopping import async_stop_on_signals, stop_on_signals
from .telling import tell

__all__ = ["async_stop_on_signals", "stop_on_signals", "tell"]
