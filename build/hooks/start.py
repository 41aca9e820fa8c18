"""The first thing that the frozen program runs: the caller's environment, a held archive, libraries on demand.

PyInstaller's start-up code finds the unpacked libraries through LD_LIBRARY_PATH, which the dynamic loader has read by
now. A child process must not see it, nor the variables by which the two processes of one-file mode know each other.
"""

# Not pathlib, which takes milliseconds to import.
# ruff: noqa: PTH103, PTH105, PTH110, PTH118, PTH119, PTH120, PTH123

import _thread
import os
import sys


def _restore_environment():
    original = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if original is not None:
        os.environ["LD_LIBRARY_PATH"] = original
    elif os.environ.get("LD_LIBRARY_PATH", "").startswith(sys._MEIPASS):
        del os.environ["LD_LIBRARY_PATH"]
    for name in [name for name in os.environ if name.startswith("_PYI_")]:
        del os.environ[name]


class _LateLibraries:
    """Unpacks an extension module, and the libraries that it links, when it is imported.

    They go into the folder that the program was unpacked to; the process that made it removes it at the end.
    """

    def __init__(self, files):
        self._files = files  # module name -> the files it takes, itself last: (path, module that carries it)

    def find_spec(self, name, path=None, target=None):
        files = self._files.get(name)
        if files is None:
            return None
        for file, carrier in files:
            self._unpack(os.path.join(sys._MEIPASS, file), carrier)
        from importlib.util import spec_from_file_location

        return spec_from_file_location(name, os.path.join(sys._MEIPASS, files[-1][0]))

    @staticmethod
    def _unpack(file, carrier):
        if os.path.exists(file):
            return
        data = __import__(carrier).DATA
        del sys.modules[carrier]
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        partial = f"{file}.{_thread.get_ident()}"
        with open(partial, "xb") as out:
            out.write(data)
        os.replace(partial, file)  # whole or not there: two threads may import at once


def _end_with_the_first_process():
    """End, as by SIGTERM, when the process that unpacked us is gone: whoever kills it with SIGKILL means this one.

    A server would go on unseen otherwise, and keep its port.
    """
    if not hasattr(os, "pidfd_open") or not os.path.basename(sys._MEIPASS).startswith("_MEI"):
        return
    try:
        first = os.pidfd_open(os.getppid())
    except OSError:  # Linux before 5.3, or forbidden
        return

    def watch():
        import select
        import signal

        gone = select.poll()
        gone.register(first, select.POLLIN)
        gone.poll()
        os.kill(os.getpid(), signal.SIGTERM)

    _thread.start_new_thread(watch, ())


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


def _install_late_libraries():
    try:
        from wherry_late import FILES
    except ImportError:  # not Linux, or frozen as a folder
        return
    sys.meta_path.insert(0, _LateLibraries(FILES))


_restore_environment()
_hold_archive()
_end_with_the_first_process()
_install_late_libraries()
