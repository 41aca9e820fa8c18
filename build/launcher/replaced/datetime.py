"""In the frozen program: the C implementation alone, as from Python 3.12 on; the other is run to be thrown away."""

from _datetime import *  # noqa: F403
