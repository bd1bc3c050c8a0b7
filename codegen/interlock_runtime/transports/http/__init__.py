"""
CloudEvents over HTTP: an ASGI application that receives events, and senders over a client that the service gives.

The answer says what became of the event: 204 settled (quarantined too, since it is kept here), 4xx turned away, 503
send it again. One event a request: batches are refused.
"""

from .receiving import Application, receiver
from .sending import AsyncClient, AsyncHttpSender, Client, HttpSender, Response

__all__ = ["Application", "AsyncClient", "AsyncHttpSender", "Client", "HttpSender", "Response", "receiver"]
