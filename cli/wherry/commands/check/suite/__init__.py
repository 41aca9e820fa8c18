"""The language of suites: from files to what is to be run.

:func:`wherry.commands.check.suite.loading.load` reads files and returns suites of :class:`Planned` checks; nothing in
this package awaits or opens a socket.
"""
