"""The language of suites: from files to what is to be run.

:func:`wherry.commands.check.suite.loading.load` reads files and returns suites of :class:`Planned` checks; nothing in
this package awaits or opens a socket. The way of a file:

    reading    paths to nodes of YAML          frame      its name, variables, defaults, includes
    numbering  its checks, unfolded, named     draft      one of them, fitted to its type
    linking    needs, captures, circles        making     what is sent and expected, at once, or by a recipe when what
                                                          it uses was captured

A suite may have ten thousand checks. Their nodes are kept packed, and are made for one check at a time; what of checks
is equal is kept once (shelf), so that a check is some five hundred bytes.

What was decided where others differ: one try, 10 seconds long, unless a suite says otherwise, since a gate that tries
again unasked hides what is flaky. ``${check.capture}`` makes the check need that one; to say so again under ``needs``
is allowed. In an order of names the nearest counts: an item or a key of a matrix, then a variable, then a capture. What
is called like a secret (token, password, ...) is one: a variable, a capture, a variable of the environment, a header.
"""
