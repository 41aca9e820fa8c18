"""What the programs for macOS and Windows run first: the caller's environment, and a held archive.

The variables by which the two processes of PyInstaller's one-file mode know each other are not for children to see.
"""

import os


def _restore_environment():
    for name in [name for name in os.environ if name.startswith("_PYI_")]:
        del os.environ[name]


class _HeldArchive:
    """Reads the archive of modules through one descriptor, where PyInstaller opens the executable for each module.

    An upgrade that puts another file in the executable's place would break each later import of a running server.
    """

    def __init__(self, descriptor):
        self._descriptor = descriptor
        self._position = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def seek(self, position):
        self._position = position

    def read(self, length):
        return os.pread(self._descriptor, length, self._position)


def _hold_archive():
    if not hasattr(os, "pread"):  # Windows, where a running executable cannot be replaced
        return
    import pyimod01_archive
    import pyimod02_importers

    descriptor = os.open(pyimod02_importers.pyz_archive._filename, os.O_RDONLY | os.O_CLOEXEC)
    pyimod01_archive.open = lambda *_: _HeldArchive(descriptor)


_restore_environment()
_hold_archive()
