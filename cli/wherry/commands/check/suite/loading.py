"""From paths to suites: read, put together, judged as a whole. All that is wrong is told at once."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from wherry.commands.check.suite.faults import Fault, Faults, SuiteError
from wherry.commands.check.suite.frame import (
    Frame,
    default_name,
    includes_of,
    learn_checks,
    read_defaults,
    read_name,
    variables_of,
)
from wherry.commands.check.suite.linking import Linker
from wherry.commands.check.suite.numbering import numbered
from wherry.commands.check.suite.order import Stock
from wherry.commands.check.suite.reading import Source, read, sources
from wherry.commands.check.suite.scope import Scope
from wherry.core.suggest import closest, did_you_mean
from wherry.core.yaml import Entries, Scalar, scalar
from wherry.profile.file import select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from wherry.commands.check.suite.planned import Suite
    from wherry.core.yaml import Node
    from wherry.profile.file import Profile


def load(
    paths: Sequence[str],
    variables: Mapping[str, str],
    environ: Mapping[str, str],
    *,
    profile_of: Callable[[str | None], Profile] = select,
    profile: str | None = None,
) -> tuple[Suite, ...]:
    """The suites in the files and folders at ``paths``, those that they include before them, each once.

    ``variables`` are those of ``--var``, ``profile`` the name of the command line's profile. Raises SuiteError with
    everything that is wrong, and what ``profile_of`` raises for ``profile``.
    """
    loader = _Loader(variables, environ, profile_of, profile)
    with _no_collecting():
        suites = loader.load(paths)
    if faults := loader.faults.all():
        raise SuiteError(faults)
    return suites


def validate(
    paths: Sequence[str],
    variables: Mapping[str, str],
    environ: Mapping[str, str],
    *,
    profile_of: Callable[[str | None], Profile] = select,
    profile: str | None = None,
) -> tuple[Fault, ...]:
    """Everything that is wrong with the suites at ``paths``, in the order of the files and of their lines."""
    try:
        load(paths, variables, environ, profile_of=profile_of, profile=profile)
    except SuiteError as exc:
        return exc.faults
    return ()


@contextmanager
def _no_collecting() -> Iterator[None]:
    """What is read here stays: to search it for garbage again and again is a quarter of the time of a large suite."""
    import gc

    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class _Loader:
    def __init__(
        self,
        variables: Mapping[str, str],
        environ: Mapping[str, str],
        profile_of: Callable[[str | None], Profile],
        profile: str | None,
    ) -> None:
        self.faults = Faults()
        self._given: dict[str, Node] = {
            name: Scalar(scalar(text), text, 0, 0, True, True) for name, text in variables.items()
        }
        self._environ = environ
        self._stock = Stock(Path.read_bytes, environ)
        self._profile_of = profile_of
        self._profile = profile
        self._frames: dict[str, Frame] = {}
        self._including: list[str] = []
        self._secrets: dict[str, None] = {}
        self._complete = True
        self._ordered: list[Frame] = []

    def load(self, paths: Sequence[str]) -> tuple[Suite, ...]:
        """What is returned is not to be used where ``faults`` has some."""
        given = list(sources(paths, self.faults))
        self._complete = not self.faults.found
        included = self._included(given)
        # A file that another one includes gets its variables from there, though it may be named itself.
        for source in sorted(given, key=lambda source: source.key in included):
            if source.key not in self._frames:
                self._read(source, {})
        self._judge_variables()
        for frame in self._ordered:
            learn_checks(frame, self.faults)
        for frame in self._ordered:
            read_defaults(frame, self.faults)
        checks = numbered(self._ordered, self.faults)
        self._judge_emptiness(given)
        linker = Linker(self._stock, self.faults, self._profile_of, self._profile)
        return linker.link(checks, self._ordered)

    def _included(self, given: Sequence[Source]) -> set[str]:
        """The keys of files that others of ``given`` include, as far as their paths are plain text."""
        found = set()
        for source in given:
            written = source.node.values.get("include") if isinstance(source.node, Entries) else None
            for item in getattr(written, "items", ()):
                file = item.values.get("file") if isinstance(item, Entries) else item
                if isinstance(file, Scalar):
                    found.add(os.path.realpath(source.folder / file.text))
        return found

    def _read(self, source: Source, given: Mapping[str, Node]) -> Frame:
        """Read what ``source`` includes, then itself."""
        stock, folder = self._stock, source.folder

        # Not by way of self: all nodes would be in a circle of references, and stay for as long as the checks run.
        def read_file(name: str) -> str:
            return stock.file(folder / name).decode("utf-8").removesuffix("\n")

        scope = Scope(source.shown, self._environ, read_file, self.faults, self._secrets)
        frame = Frame(source, scope, default_name(source.shown), "")
        self._frames[source.key] = frame
        scope.written = variables_of(frame, self.faults)
        scope.given = {**given, **{name: node for name, node in self._given.items() if name in scope.written}}
        read_name(frame, self.faults)
        self._including.append(source.key)
        for one in includes_of(frame, self.faults):
            note = self.faults.note(frame.file)
            path = str(source.folder / one.path)
            key = os.path.realpath(path)
            if key in self._including:
                note(one.place, f"include: {one.path} includes this file in turn")
            elif key in self._frames:
                below = self._frames[key]
                if one.given and one.given != below.scope.given:
                    words = (
                        f"include: {one.path} is part of the run already, with other variables; use a matrix for both"
                    )
                    note(one.place, words)
                frame.below.append(below)
            elif (inner := self._open(path, one.place, frame)) is not None:
                below = self._read(inner, one.given)
                for name in one.given.keys() - below.scope.written.keys():
                    near = did_you_mean(name, below.scope.written)
                    note(one.place, f"include: {one.path} has no variable {name!r}{near}")
                frame.below.append(below)
        self._including.pop()
        scope.below = [below.scope for below in frame.below]
        self._ordered.append(frame)
        return frame

    def _open(self, path: str, place: Node, frame: Frame) -> Source | None:
        if not Path(path).is_file():
            what = "is a folder" if Path(path).is_dir() else "is not there"
            self.faults.note(frame.file)(place, f"include: the file {path} {what}")
            self._complete = False
            return None
        source = read(path, self.faults)
        self._complete = self._complete and source is not None
        return source

    def _judge_variables(self) -> None:
        """A --var that no file knows is a slip of the pen; one that could not be read may know it."""
        if not self._complete:
            return
        known = {name for frame in self._ordered for name in frame.scope.written}
        for name in self._given.keys() - known:
            near = did_you_mean(name, known) or "; a variable is declared under vars"
            self.faults.add("", 0, 0, f"--var {name}: no suite has this variable{near}")

    def _judge_emptiness(self, given: Sequence[Source]) -> None:
        """A file without checks is part of a run only for its variables, or for what it includes."""
        for source in given:
            frame = self._frames[source.key]
            checked = frame.checks or any(below.checks for below in _all_below(frame))
            if checked or not isinstance(source.node, Entries):
                continue
            keys = source.node.values
            slip = any(closest(key, ["checks"]) for key in keys)
            if not slip or "checks" in keys:
                node = keys.get("checks", source.node)
                words = (
                    "there are no checks, so that nothing would be checked; write checks: and below it - name: and url:"
                )
                self.faults.note(frame.file)(node, words)


def _all_below(frame: Frame) -> list[Frame]:
    return [*frame.below, *(inner for below in frame.below for inner in _all_below(below))]
