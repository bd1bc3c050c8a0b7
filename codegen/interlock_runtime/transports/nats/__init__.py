"""
NATS JetStream by nats-py.

Messages are acknowledged when they are settled. With `batch=1` the server gives the next message only after the one
before is acknowledged, so a crash changes no order; a larger batch is faster, and a crash may tell its rest later.
"""

from .receiving import consume, received
from .sending import NatsSender

__all__ = ["NatsSender", "consume", "received"]
