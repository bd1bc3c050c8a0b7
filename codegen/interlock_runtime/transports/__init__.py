"""
One room a transport, which holds what its protocol alone asks for; each imports its client library itself, so none is needed until it is used. What they share is in `loops`, `batches` and `bindings`.

Receiving: `consume` of `kafka`, `aiokafka`, `mqtt`, `amqp`, `nats`, `redis`; `receiver` of `http`; `faststream`.
Sending: the senders of each, which keep the protocols of `..sending`.
"""
