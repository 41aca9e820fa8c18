"""What the programs for macOS and Windows run first: the caller's environment, a held archive, and workers.

The variables by which the two processes of PyInstaller's one-file mode know each other are not for children to see,
except for workers of multiprocessing: these use what their parent has unpacked, and are one process each.
"""

import os
import sys
from importlib.machinery import ModuleSpec

# What starts workers: a module, and a function or a method in it.
_STARTS_WORKERS = (
    ("multiprocessing.popen_spawn_win32", "Popen", "__init__")
    if sys.platform == "win32"
    else ("multiprocessing.util", "spawnv_passfds")
)


def _restore_environment():
    return {name: os.environ.pop(name) for name in [*os.environ] if name.startswith("_PYI_")}


class _LetsWorkersKnow:
    """Stands first in sys.meta_path until what starts workers is imported, and makes it give them ``variables``."""

    def __init__(self, variables):
        self._variables = variables

    def find_spec(self, name, path=None, _target=None):
        if name != _STARTS_WORKERS[0]:
            return None
        sys.meta_path.remove(self)
        spec = next(filter(None, (finder.find_spec(name, path) for finder in sys.meta_path)))
        read = spec.loader.exec_module

        def exec_module(module):
            read(module)
            self._change(module)

        spec.loader.exec_module = exec_module
        return spec

    def _change(self, module):
        *owners, last = _STARTS_WORKERS[1:]
        owner = getattr(module, owners[0]) if owners else module
        start = getattr(owner, last)

        def start_with_variables(*values, **named):
            os.environ.update(self._variables)
            try:
                return start(*values, **named)
            finally:
                for name in self._variables:
                    os.environ.pop(name, None)

        setattr(owner, last, start_with_variables)


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


def _be_a_worker():
    # What multiprocessing's arguments begin with; -B as PyInstaller's interpreter writes no bytecode.
    if len(sys.argv) > 2 and sys.argv[1] in ("--multiprocessing-fork", "-B"):
        import wherry_workers

        wherry_workers.run(sys.argv[1:])


sys.meta_path.insert(0, _LetsWorkersKnow(_restore_environment()))
_hold_archive()
_be_a_worker()
sys.modules["__main__"].__spec__ = ModuleSpec("__main__", None)  # as after python -m: workers do not run it again
