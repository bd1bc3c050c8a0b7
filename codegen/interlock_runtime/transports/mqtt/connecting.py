"""Where a broker is, and who connects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

FOREVER = 0xFFFFFFFF
"""What has no limit: a session's length and a packet's size (MQTT 5 sections 3.1.2.11.2 and 3.2.2.3.6)."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a broker is, and who connects: the broker keeps a session for each client id."""

    host: str
    port: int
    client_id: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: Mapping[str, Any] | None = None
    """Arguments of paho's `tls_set`; empty for the system's certificates, None for no TLS."""
    keepalive: int = 60

    def client(self, *, manual_ack: bool) -> Client:
        """Return a client that is not connected yet."""
        made = Client(
            CallbackAPIVersion.VERSION2, self.client_id, protocol=MQTTProtocolVersion.MQTTv5, manual_ack=manual_ack
        )
        if self.username is not None:
            made.username_pw_set(self.username, self.password)
        if self.tls is not None:
            made.tls_set(**self.tls)
        return made


def ended(client: Client) -> None:
    """End a client for good; it keeps its sockets for as long as our callbacks hold it in a circle."""
    client.disconnect()
    client.loop_stop()
    client.on_connect = client.on_disconnect = client.on_message = client.on_publish = client.on_subscribe = None
