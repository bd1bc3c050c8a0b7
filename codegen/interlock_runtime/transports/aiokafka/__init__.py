"""
Kafka by aiokafka: a loop for consumers and a sender.

An offset is committed when its message is settled; commits are bundled, so after a crash the last messages come
again, which the inbox recognises.
"""

from .receiving import consume, received
from .sending import AioKafkaSender

__all__ = ["AioKafkaSender", "consume", "received"]
