"""A producer to topics."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

import confluent_kafka as client

from ...messages import RawMessage
from ...sending import SendFailed
from ..batches import Batch, InBatches, acknowledged, begun
from ..bindings import KAFKA, named
from ..framing import framed

Settings = Mapping[str, Any]
_SENDING: Settings = {"enable.idempotence": True, "partitioner": "murmur2_random", "delivery.timeout.ms": 30_000}
"""Idempotent, so that a retry inside the client neither doubles nor reorders; partitioned as Java's clients do it."""
_LASTING = ("MSG_SIZE_TOO_LARGE", "_MSG_SIZE_TOO_LARGE", "_INVALID_ARG", "TOPIC_EXCEPTION", "INVALID_RECORD")
"""Errors that the same message meets again: too large, or refused by the topic."""


class KafkaSender(InBatches):
    """Sends to topics; returns when all replicas in sync have a message."""

    def __init__(self, settings: Settings) -> None:
        self._producer = client.Producer({**_SENDING, **settings})

    def send_all(self, batch: Batch) -> int:
        """Return how many first messages are acknowledged; raise SendFailed when the first one is not."""
        reports = begun(batch, self._produced)
        for report in reports:
            while not report.done():
                self._producer.poll(0.1)
        done, failure = acknowledged(report.exception() for report in reports)
        if failure is not None and not done:
            raise failure
        return done

    def _produced(self, channel: str, message: RawMessage) -> Future[None]:
        """Hand one message to the client; its report comes by `poll`."""
        raw = framed(message)
        report: Future[None] = Future()

        def reported(fault: client.KafkaError | None, _: object) -> None:
            if fault is None:
                report.set_result(None)
            else:
                report.set_exception(_failed(channel, fault))

        while True:
            try:
                self._producer.produce(
                    channel, raw.value, raw.key, headers=list(named(raw, KAFKA)), on_delivery=reported
                )
            except BufferError:
                self._producer.poll(0.1)
            except client.KafkaException as fault:
                raise _failed(channel, fault.args[0]) from None
            else:
                return report

    def close(self) -> None:
        """Wait for what is under way."""
        self._producer.flush(30)


def _failed(channel: str, fault: client.KafkaError) -> SendFailed:
    """Return a client's error as ours; what is too large stays so."""
    return SendFailed(channel, f"Kafka says {fault.name()}", lasting=fault.name() in _LASTING)
