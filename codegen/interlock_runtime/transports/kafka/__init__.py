"""
Kafka by confluent-kafka: callables for its serializing clients, a loop for consumers, and a sender.

An offset is stored when its message is settled, and committed from time to time and when partitions leave: after a
crash the last messages come again, which the inbox recognises.
"""

from .receiving import consume
from .records import received
from .sending import KafkaSender
from .serializing import EventSerializer, RawDeserializer

__all__ = ["EventSerializer", "KafkaSender", "RawDeserializer", "consume", "received"]
