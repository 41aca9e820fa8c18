"""wherry's engine behind httpx: `transport.Transport` is an httpx transport over its pools, for HTTP/1.1 and HTTP/2.

``asked`` makes an httpx request one of ours, ``timing`` bounds its phases as httpx.Timeout says, ``errors`` says its
failures in httpx's exceptions. ``engine`` is the way back: exchanges of `wherry.net.http.Client` over httpx's client.
"""
