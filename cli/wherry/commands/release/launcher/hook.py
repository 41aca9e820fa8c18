"""What runs in a program with a launcher before anything of its own: it becomes an ordinary one. Pure."""

from __future__ import annotations

from typing import Final

HOOK: Final = """\
def _begin():
    import os
    import sys

    unpacked = sys.executable
    lock, _, _, executable = os.environ.pop("_WHERRY_LAUNCH", "-1:-1:0:").split(":", 3)
    if int(lock) >= 0:
        os.set_inheritable(int(lock), False)
    if executable:
        sys.executable = sys._base_executable = executable
        if sys.argv[0] == unpacked:
            sys.argv[0] = executable
    for name in [each for each in os.environ if each.startswith("_PYI_")]:
        del os.environ[name]
    if os.environ.get("LD_LIBRARY_PATH", "").split(":")[0] == sys._MEIPASS:
        original = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
        del os.environ["LD_LIBRARY_PATH"]
        if original is not None:
            os.environ["LD_LIBRARY_PATH"] = original


_begin()
del _begin
"""
"""A runtime hook of PyInstaller's: Python that runs before the program and before other hooks.

The launcher says in _WHERRY_LAUNCH which descriptor keeps the unpacked files from being removed, and where the
executable file is (build/launcher/launch.h). What PyInstaller adds to the environment, for programs that start
themselves again, is not needed: they are started by the launcher, which says it again. An older bootloader has set
LD_LIBRARY_PATH.
"""
