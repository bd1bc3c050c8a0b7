"""
Redis streams by redis-py.

An entry has the fields `value`, `key` and `headers` (a JSON array of pairs, values in Base64), so nothing is lost. It
is acknowledged when its message is settled; what a member that died had taken is claimed by another.
"""

from .entries import fields_of, received
from .receiving import consume
from .sending import AsyncRedisSender, RedisSender

__all__ = ["AsyncRedisSender", "RedisSender", "consume", "fields_of", "received"]
