"""
One thin module a transport; each imports its client library itself, so none is needed until it is used.

Receiving: `consume` of `kafka`, `aiokafka`, `mqtt`, `amqp`, `nats`, `redis`; `receiver` of `http`; `faststream`.
Sending: the senders of each, which keep the protocols of `..sending`.
"""
