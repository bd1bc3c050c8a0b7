"""
AMQP 0-9-1 by aio-pika, as RabbitMQ speaks it.

Messages are acknowledged one by one when they are settled; what is not goes back to its place in the queue when the
connection ends. Set no `x-delivery-limit` on the queue: attempts are counted, and poison is kept, by the consumer.
"""

from .receiving import consume, received
from .sending import AmqpSender

__all__ = ["AmqpSender", "consume", "received"]
