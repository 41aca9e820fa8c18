"""wherry's HTTP/1.1 server.

``Server`` listens and drains; each ``Connection`` reads heads and bodies; a ``Handler`` answers an ``Exchange``.
``rules``, ``head``, ``chunked`` and ``response`` know the protocol and touch no socket.
"""

from wherry.net.h1.exchange import Exchange
from wherry.net.h1.head import RequestHead
from wherry.net.h1.limits import Limits
from wherry.net.h1.refused import PeerGone, Refused
from wherry.net.h1.server import Handler, Server, Stats

__all__ = ["Exchange", "Handler", "Limits", "PeerGone", "Refused", "RequestHead", "Server", "Stats"]
