"""What was asked for, and the rules across flags."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Final

from wherry.core.network import NetworkSettings
from wherry.core.record import Record, replace
from wherry.core.suggest import did_you_mean
from wherry.core.target import Kind, is_label, parse_target
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from wherry.core.expect import Condition
    from wherry.core.target import Target

# [NAME:]SUBJECT=YAML. What could be taken for a name is never the beginning of a subject: none has a colon so early.
_AIMED: Final = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*):([^=]*=.*)", re.DOTALL)
_SHORTEST_EVERY_S: Final = 0.01


class Entry(Record):
    """A target as written; None where nothing was said of it, so that the command line's flag holds."""

    target: Target
    conditions: tuple[Condition, ...] = ()
    stable: int | None = None
    each_ip: bool | None = None
    gone: bool | None = None


class Wanted(Record):
    """A target and what must be true of it. ``gone``: until it is not."""

    target: Target
    conditions: tuple[Condition, ...] = ()
    stable: int = 1
    each_ip: bool = False
    gone: bool = False


class Options(Record):
    """One run. ``any_of``: one of ``wanted`` is enough. ``command`` is what wherry becomes then, empty for nothing."""

    wanted: tuple[Wanted, ...]
    command: tuple[str, ...] = ()
    any_of: bool = False
    every_s: float = 1.0
    timeout_s: float = 5.0
    deadline_s: float = 60.0
    network: NetworkSettings = NetworkSettings()


def from_command_line(given: Mapping[str, Any], network: NetworkSettings) -> Options:
    """What the command line in ``given`` asks for; target files are read here. Raises UsageError."""
    _check_times(given["every"], given["timeout"], given["deadline"])
    command = given["command"]
    if command is not None:
        from shutil import which

        _check_command(command, which, os.path.exists)
    entries = [Entry(parse_target(text)) for text in given["targets"]]
    for path in given["file"]:
        from wherry.commands.wait.targets_file import read

        entries.extend(read(path))
    return Options(
        assemble(entries, given["expect"], stable=given["stable"], each_ip=given["each_ip"], gone=given["not"]),
        command=command or (),
        any_of=given["any"],
        every_s=given["every"],
        timeout_s=given["timeout"],
        deadline_s=given["deadline"],
        network=network,
    )


def _check_times(every_s: float, timeout_s: float, deadline_s: float) -> None:
    """Raises UsageError for times that would leave none, or leave the processor none."""
    if every_s < _SHORTEST_EVERY_S:
        raise UsageError("--every must be at least 10ms")
    if timeout_s <= 0:
        raise UsageError("--timeout must be more than 0")
    if deadline_s <= 0:
        raise UsageError("--deadline must be more than 0")


def assemble(
    entries: Sequence[Entry], expects: Sequence[str], *, stable: int, each_ip: bool, gone: bool
) -> tuple[Wanted, ...]:
    """Put together what is wanted of each target; what an entry says of itself beats the flags.

    ``expects`` are texts of ``--expect``. Raises UsageError for no target at all, a name given twice, and for flags or
    conditions that no target can meet.
    """
    if not entries:
        raise UsageError("nothing to wait for", hint="name a target, such as tcp://localhost:5432, or a file with -f")
    _check_names(entries)
    if each_ip and not any(_has_name(entry.target) for entry in entries):
        raise UsageError("--each-ip: no target has a host name")
    wanted = [_wanted(entry, stable, each_ip, gone) for entry in entries]
    for text in expects:
        name, condition = _read_expect(text, wanted)
        chosen = [i for i, one in enumerate(wanted) if _concerns(condition, one.target, name)]
        if not chosen:
            raise _concerns_none(text, condition, [one.target for one in wanted], name)
        for i in chosen:
            wanted[i] = replace(wanted[i], conditions=(*wanted[i].conditions, condition))
    return tuple(wanted)


def _check_command(command: Sequence[str], which: Callable[[str], str | None], exists: Callable[[str], bool]) -> None:
    """Raises UsageError where the command to become is not there: better before a long wait than after it.

    ``which`` finds a program as the system would; ``exists`` says whether a path is there.
    """
    if not command or not command[0]:
        raise UsageError("no command stands after --")
    program = command[0]
    if which(program) is not None:
        return
    if "/" in program and exists(program):
        raise UsageError(f"cannot run {program!r}: it is not an executable file")
    hint = "the words of the command stand apart, not in one pair of quotes" if " " in program else None
    raise UsageError(f"there is no command {program!r}{'' if '/' in program else ' in PATH'}", hint=hint)


def _check_names(entries: Iterable[Entry]) -> None:
    seen: set[str] = set()
    for target in (entry.target for entry in entries):
        # The same target twice without a name does no harm: two variables may hold the same URL.
        if target.name in seen and target.name != target.shown:
            raise UsageError(f"two targets are named {target.name!r}")
        seen.add(target.name)


def _wanted(entry: Entry, stable: int, each_ip: bool, gone: bool) -> Wanted:
    if entry.each_ip and not _has_name(entry.target):
        raise UsageError(f"target {entry.target.name!r}: each_ip needs a host name")
    return Wanted(
        entry.target,
        entry.conditions,
        stable=stable if entry.stable is None else entry.stable,
        each_ip=(each_ip if entry.each_ip is None else entry.each_ip) and _has_name(entry.target),
        gone=gone if entry.gone is None else entry.gone,
    )


def _has_name(target: Target) -> bool:
    """Whether a connection to ``target`` begins with looking up a host. A dns target's host is the server asked."""
    return bool(target.host) and target.kind is not Kind.DNS


def _read_expect(text: str, wanted: Sequence[Wanted]) -> tuple[str | None, Condition]:
    from wherry.core.expect import parse

    match = _AIMED.fullmatch(text)
    if match is None:
        return None, parse(text)
    name, rest = match.groups()
    names = [one.target.name for one in wanted if is_label(one.target.name)]
    if name not in names:
        hint = None if names else "name a target by writing NAME= in front of it, such as db=postgres://localhost"
        raise UsageError(f"--expect {text!r}: no target is named {name!r}{did_you_mean(name, names)}", hint=hint)
    return name, parse(rest)


def _concerns(condition: Condition, target: Target, name: str | None) -> bool:
    from wherry.core.expect import SUBJECTS_OF

    return (name is None or target.name == name) and condition.subject.family in SUBJECTS_OF[target.kind]


def _concerns_none(text: str, condition: Condition, targets: Sequence[Target], name: str | None) -> UsageError:
    from wherry.core.expect import SUBJECTS_OF

    family = condition.subject.family
    kinds = {target.kind for target in targets if name in (None, target.name)}
    subjects = sorted(set[str]().union(*(SUBJECTS_OF[kind] for kind in kinds)))
    whose = " or ".join(sorted(kinds))
    article = "an" if whose[0] in "aeh" else "a"
    return UsageError(
        f"--expect {text!r}: {article} {whose} target has no {family}{did_you_mean(family, subjects)}",
        hint=f"it has {', '.join(subjects)}",
    )
