"""The first handshake of databases, brokers and servers, without a socket.

Each protocol is one generator: it yields what is to be done with the connection (:class:`~wherry.core.wire.talk.Send`,
``Read``, ``ReadLine``, ``ReadSome``, ``StartTls``), is sent the bytes that were read, and returns an
:class:`~wherry.core.wire.talk.Answer`. So a handshake reads from top to bottom, and a test drives it with bytes.
"""
