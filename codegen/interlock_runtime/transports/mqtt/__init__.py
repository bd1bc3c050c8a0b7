"""
MQTT 5 by paho-mqtt, which acknowledges by hand and keeps the connection alive in a thread of its own.

MQTT has no negative acknowledgement and no dead-letter queue: a message of QoS 1 or 2 is acknowledged once it is
settled, and what is not comes again with the next connection of the same client id.
"""

from .connecting import Connection
from .receiving import consume, received
from .sending import MqttSender
from .session import Subscriber

__all__ = ["Connection", "MqttSender", "Subscriber", "consume", "received"]
