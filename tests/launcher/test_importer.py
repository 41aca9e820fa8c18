"""build/launcher/importer.py, given a file of modules made for the test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

BUILD = Path(__file__).resolve().parents[2] / "build"

# What program.c does: map the file, run the importer, call start().
PROGRAM = """
import marshal, mmap, sys
file = open(sys.argv.pop(1), "rb")
modules = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
head = modules[:88].cast("Q")
importer = {"__name__": "importer"}
exec(marshal.loads(modules[head[1] : head[1] + head[2]]), importer)
importer["start"](modules, "/where/it/is/unpacked", -1)
"""

# What the test packs and then runs as __main__, with the modules that every file must have.
PACK = """
import json, marshal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import modules_file
from modules_file import Bytecode
from lazy import Lazy
sources, data = json.loads(sys.argv[3])
early = marshal.dumps(compile("def early(): return 'early'", "early", "exec"))
lazy = Lazy(frozenset({"lazy", "lazy_and_broken"}), {"lazy": early}, {"lazy": ("Asked",)})
modules = {
    name.removesuffix(".__init__"): Bytecode(
        name.endswith(".__init__"), marshal.dumps(compile(source, f"{name}.py", "exec"))
    )
    for name, source in sources.items()
}
for name in modules_file.CODEC:
    modules.setdefault(name, Bytecode(False, marshal.dumps(compile("", name, "exec"))))
libraries = {"not_there": ("lib/not_there.so", 7)}
modules_file.write(Path(sys.argv[2]), modules, libraries, {k: v.encode() for k, v in data.items()}, ["lazy"], lazy)
"""


@pytest.fixture
def run(tmp_path):
    """Runs ``main`` in a process of its own that imports from a file with ``sources``; what it prints."""

    def run(main, sources=None, data=None, arguments=()):
        every = {"__main__": dedent(main), **{name: dedent(text) for name, text in (sources or {}).items()}}
        file = str(tmp_path / "modules")
        given = json.dumps([every, data or {}])
        subprocess.run([sys.executable, "-c", PACK, str(BUILD), file, given], check=True, timeout=60)
        ran = subprocess.run(
            [sys.executable, "-I", "-c", PROGRAM, file, *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    return run


def test_modules_and_packages(run):
    main = """
        import package.inner, sys
        print(package.inner.WHAT, package.inner.__file__, package.__path__, sys.frozen, __file__)
    """
    printed = run(main, {"package.__init__": "", "package.inner": "WHAT = 'inner'"})
    folder = "/where/it/is/unpacked"
    assert printed == f"inner {folder}/package.inner [] True {folder}/__main__\n"


def test_ours_come_before_those_of_python(run):
    assert run("import this", {"this": "print('ours')"}) == "ours\n"


def test_what_is_not_there_is_looked_for_where_python_looks(run):
    assert run("import graphlib; print(graphlib.TopologicalSorter.__name__)") == "TopologicalSorter\n"


def test_an_unknown_module(run):
    main = """
        try:
            import nowhere_to_be_found
        except ModuleNotFoundError as exc:
            print(exc.name)
    """
    assert run(main) == "nowhere_to_be_found\n"


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        pytest.param([], False, id="none"),
        pytest.param(["version"], False, id="a command"),
        pytest.param(["wait", "tcp://:1", "--", "sh", "-c", "true"], False, id="a command with -c"),
        pytest.param(["-c", "print(1)"], False, id="-c"),
        pytest.param(["--multiprocessing-fork", "pipe_handle=3"], True, id="a worker"),
        pytest.param(["-O", "-B", "-c", "import os"], True, id="what may be another process of multiprocessing"),
    ],
)
def test_only_what_may_be_multiprocessings_is_looked_at(run, arguments, asked):
    printed = run("print('main')", {"wherry_workers": "run = print"}, arguments=arguments)
    assert printed == (f"{arguments}\n" if asked else "") + "main\n"


CLASSES = "print('read'); Asked = type('Asked', (), {}); Other = type('Other', (Asked,), {})"
LAZY = {"lazy": "print('read'); WHAT = 1; __all__ = ['WHAT']"}


@pytest.mark.parametrize(
    ("use", "read"),
    [
        pytest.param("import lazy; import lazy", False, id="imported twice"),
        pytest.param("import lazy as l, sys; l.__spec__; l.__name__; sys.modules['lazy']", False, id="looked at"),
        pytest.param("import importlib; importlib.import_module('lazy')", False, id="by name"),
        pytest.param("import lazy; lazy.WHAT; lazy.WHAT", True, id="an attribute"),
        pytest.param("from lazy import WHAT", True, id="from it"),
        pytest.param("from lazy import early", False, id="from it what is early"),
        pytest.param("from lazy import *; WHAT", True, id="all of it"),
        pytest.param("import lazy; getattr(lazy, 'nothing', None)", True, id="an attribute that is not there"),
    ],
)
def test_a_lazy_module_is_read_once_and_only_when_looked_into(run, use, read):
    assert run(f"{use}\nprint('end')", LAZY) == ("read\nend\n" if read else "end\n")


def test_nothing_is_an_instance_of_a_class_of_an_unread_module(run):
    main = """
        import lazy
        print(isinstance(object(), lazy.Asked))
        thing = lazy.Other()
        print(isinstance(thing, lazy.Asked))
    """
    assert run(main, {"lazy": CLASSES}) == "False\nread\nTrue\n"


def test_a_class_of_an_unread_module_can_be_called_all_the_same(run):
    main = """
        import lazy
        kept = lazy.Asked
        print(type(kept()) is lazy.Asked, kept is lazy.Asked)
    """
    assert run(main, {"lazy": CLASSES}) == "read\nTrue False\n"


def test_what_is_early_is_there_before_the_module_is_read(run):
    main = """
        import lazy
        print(lazy.early())
        lazy.other
        print(lazy.early())
    """
    assert run(main, {"lazy": "print('read'); early = lambda: 'late'; other = 1"}) == "early\nread\nlate\n"


def test_a_lazy_module_is_read_once_by_many_threads(run):
    main = """
        import lazy, threading
        start, found = threading.Barrier(20), []
        def look():
            start.wait()
            found.append(lazy.WHAT)
        threads = [threading.Thread(target=look) for _ in range(20)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print(found == [1] * 20, type(lazy).__name__)
    """
    assert run(main, {"lazy": "print('read'); import time; WHAT = 1"}) == "read\nTrue module\n"


def test_a_lazy_module_that_imports_who_imports_it(run):
    sources = {"lazy": "import eager; WHAT = eager.EARLY + 1", "eager": "import lazy; EARLY = 1"}
    assert run("import lazy; print(lazy.WHAT)", sources) == "2\n"


def test_a_lazy_module_that_fails_says_so_where_it_is_used(run):
    main = """
        import lazy_and_broken
        print('imported')
        try:
            lazy_and_broken.anything
        except ImportError as exc:
            print(exc)
    """
    assert run(main, {"lazy_and_broken": "raise ImportError('broken')"}) == "imported\nbroken\n"


def test_data_files_of_a_package(run):
    main = """
        from importlib.resources import files
        found = files('package')
        print(found.joinpath('words.txt').read_text(), found.joinpath('sub', 'bytes').read_bytes())
        words = found.joinpath('words.txt')
        print(words.is_file(), found.joinpath('nothing').is_file(), words.name)
        try:
            found.joinpath('nothing').read_text()
        except FileNotFoundError as exc:
            print(exc.filename)
    """
    printed = run(main, {"package.__init__": ""}, {"package/words.txt": "füße", "package/sub/bytes": "b"})
    assert printed == "füße b'b'\nTrue False words.txt\npackage/nothing\n"


def test_a_library_is_named_where_it_should_be(run):
    main = """
        try:
            import not_there
        except ImportError as exc:
            print(exc.path)
    """
    assert run(main) == "/where/it/is/unpacked/lib/not_there.so\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only the Linux executable has it")
def test_what_is_early_does_what_the_whole_does():
    check = """
import inspect, marshal, sys
sys.path.insert(0, sys.argv[1])
import lazy
for name, code in lazy.lazy().early.items():
    early = {"__name__": name}
    exec(marshal.loads(code), early)
    whole = __import__(name)
    for each in lazy.EARLY.get(name) or lazy.BORROWED[name][1]:
        assert isinstance(early[each], type(getattr(whole, each))), each
        if isinstance(early[each], int):
            assert early[each] == getattr(whole, each), each
early = {}
exec(marshal.loads(lazy.lazy().early["inspect"]), early)
async def coroutine(): pass
def generator(): yield
class Thing:
    def method(self): pass
things = [coroutine, generator, Thing, Thing.method, Thing().method, len, 1]
for each in ("isfunction", "ismethod", "isgeneratorfunction", "iscoroutinefunction"):
    assert list(map(early[each], things)) == list(map(getattr(inspect, each), things)), each
for text in ("one", "one\\n\\n    two\\n      three\\n", "\\n  first\\n\\n\\n"):
    assert early["cleandoc"](text) == inspect.cleandoc(text)
"""
    subprocess.run([sys.executable, "-c", check, str(BUILD)], check=True, timeout=60)
