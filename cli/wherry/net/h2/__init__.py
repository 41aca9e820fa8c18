"""wherry's HTTP/2 client, over the frames of the h2 library.

``client`` is one connection for who gets by without awaiting; ``fields`` makes a request's header fields, ``faults``
has the words. Importing ``client`` loads h2 and hpack, 30 ms: only who speaks HTTP/2 does.
"""
