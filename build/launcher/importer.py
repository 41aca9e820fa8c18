"""Finds every module of the frozen program in the one file that holds them: the first thing that it runs.

program.c calls :func:`start`. The file's table of contents, written by build/modules_file.py, tells for each module its
kind and where its bytecode is, or which shared library it is instead. Bytecode is neither compressed nor copied:
importing a module costs reading its code object, and running it.
"""

import sys
from _frozen_importlib import ModuleSpec, _ModuleLockManager
from marshal import loads

_CONTENTS_AT = 9  # of the 64-bit numbers that the file begins with
_MODULE, _PACKAGE, _LIBRARY = range(3)
_ModuleType = type(sys)
# What multiprocessing's arguments begin with; -O as program.c has set a level of optimisation.
_OF_MULTIPROCESSING = ("--multiprocessing-fork", "-O")


def start(modules, folder, first_descriptor):
    """Import from ``modules``, the mapped file, and run the program.

    The executable was unpacked to ``folder``; or its files are in memory, from ``first_descriptor`` on, if that is not
    negative.
    """
    archive = _Archive(modules, folder)
    sys.frozen = True
    finder = _Finder(archive, first_descriptor)
    sys.meta_path.insert(0, finder)
    if len(sys.argv) > 2 and sys.argv[1] in _OF_MULTIPROCESSING:
        import wherry_workers

        wherry_workers.run(sys.argv[1:])
    main = sys.modules["__main__"].__dict__
    main["__file__"] = archive.path("__main__")
    main["__spec__"] = finder.find_spec("__main__")  # as after python -m: workers do not run it again
    exec(archive.code("__main__"), main)


class _Archive:
    def __init__(self, modules, folder):
        self._bytes = modules
        self.folder = folder
        offset, size = modules[: 8 * (_CONTENTS_AT + 2)].cast("Q")[_CONTENTS_AT:]
        self.contents, self.data, (self.lazy, self.early, self.classes) = loads(modules[offset : offset + size])

    def path(self, name):
        """What a module calls its file; nothing is there."""
        return f"{self.folder}/{name}"

    def code(self, name):
        _, offset, size = self.contents[name]
        return loads(self._bytes[offset : offset + size])

    def read(self, path):
        """A data file."""
        if path not in self.data:
            raise FileNotFoundError(2, "No such file", path)
        offset, size = self.data[path]
        return bytes(self._bytes[offset : offset + size])


class _Finder:
    """Stands first in sys.meta_path: nearly every module is here."""

    def __init__(self, archive, first_descriptor):
        self._archive = archive
        self._contents = archive.contents
        self._first_descriptor = first_descriptor
        self._bytecode = _Bytecode(archive)
        self._lazy_bytecode = _LazyBytecode(archive)

    def find_spec(self, name, _path=None, _target=None):
        entry = self._contents.get(name)
        if entry is None:
            return None
        if entry[0] == _LIBRARY:
            return self._library(name, *entry[1:])
        loader = self._lazy_bytecode if name in self._archive.lazy else self._bytecode
        return ModuleSpec(name, loader, is_package=entry[0] == _PACKAGE)

    def _library(self, name, file, index):
        from _frozen_importlib_external import ExtensionFileLoader

        path = f"{self._archive.folder}/{file}"
        if self._first_descriptor >= 0:
            path = f"/proc/self/fd/{self._first_descriptor + index}"
        return ModuleSpec(name, ExtensionFileLoader(name, path), origin=path)


class _Bytecode:
    def __init__(self, archive):
        self._archive = archive

    def create_module(self, _spec):
        return None  # Python's own kind of module

    def exec_module(self, module):
        name = module.__name__
        module.__file__ = self._archive.path(name)
        exec(self._archive.code(name), module.__dict__)

    def get_code(self, name):
        return self._archive.code(name)

    def is_package(self, name):
        return self._archive.contents[name][0] == _PACKAGE

    def get_resource_reader(self, name):
        return _Resource(self._archive, name.replace(".", "/"))


class _LazyBytecode(_Bytecode):
    """Leaves a module unread until something looks into it, which most runs never do; build/lazy.py names them.

    What is early is there at once.
    """

    def exec_module(self, module):
        module.__class__ = _Unread
        early = self._archive.early.get(module.__name__)
        if early is not None:
            exec(loads(early), module.__dict__)

    def read(self, module):
        super().exec_module(module)

    def is_only_asked_about(self, name, attribute):
        return attribute in self._archive.classes.get(name, ())


class _Unread(_ModuleType):
    def __getattr__(self, attribute):
        if attribute == "__path__":  # asked for by `from NAME import`; packages have it from the start
            raise AttributeError(attribute)
        if "__file__" not in self.__dict__ and self.__spec__.loader.is_only_asked_about(self.__name__, attribute):
            return _stand_in(self, attribute)
        with _ModuleLockManager(self.__name__):
            if "__file__" not in self.__dict__:
                self.__spec__.loader.read(self)
                self.__class__ = _ModuleType
        return _ModuleType.__getattribute__(self, attribute)


def _stand_in(module, name):
    """A class that nothing is an instance of. Called, it reads the module and makes an instance of the real one."""

    def make(_cls, *values, **named):
        getattr(module, "__all__", None)  # reads it
        return getattr(module, name)(*values, **named)

    return type(name, (), {"__new__": make})


class _Resource:
    """A data file of a package, or a folder of them, as importlib.resources expects one."""

    def __init__(self, archive, path):
        self.name = path.rpartition("/")[2]
        self._archive = archive
        self._path = path

    def files(self):
        return self

    def joinpath(self, *names):
        return _Resource(self._archive, "/".join((self._path, *names)))

    def is_file(self):
        return self._path in self._archive.data

    def read_bytes(self):
        return self._archive.read(self._path)

    def read_text(self, encoding="utf-8"):
        return self.read_bytes().decode(encoding)
