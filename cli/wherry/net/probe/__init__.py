"""One look at a target: is it what was asked for, and if not, why not.

A kind of target is one file here. What a look finds is a value, :class:`~wherry.net.probe.look.Look`; nothing that a
server does raises.
"""

from wherry.net.probe.look import Look, look

__all__ = ["Look", "look"]
