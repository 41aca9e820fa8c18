"""wherry's HTTP/1.1: its server here, its client in `client`.

`server.Server` listens and drains; each `connection.Connection` reads heads and bodies; a `server.Handler` answers an
`exchange.Exchange`. `rules`, `head`, `chunked` and `response` know the protocol and touch no socket.
"""
