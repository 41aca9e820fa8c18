"""wherry's HTTP/1.1 client.

``connection`` is one connection, ``exchange`` a request and its response for those who await, ``pool`` keeps
connections. ``response`` and ``faults`` know the protocol and touch no socket.
"""
