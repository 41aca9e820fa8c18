"""wherry's HTTP/2 client, over the frames of the h2 library.

``client`` is one connection for who gets by without awaiting; ``session``, ``exchange`` and ``pool`` are for those who
await. ``fields`` makes a request's header fields, ``faults`` has the words, ``frames`` is the library's connection as
this client wants it. Importing ``client`` loads h2 and hpack, 30 ms: only who speaks HTTP/2 does.
"""
