"""Runs of two URLs in turn, each as `wherry load` makes it.

Whatever drifts while they go on, such as a cache that warms up or a neighbour that comes, meets both: the side that
goes first changes with each repeat.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wherry.commands.load.compare.side import Run, recorded
from wherry.commands.load.options import read_options
from wherry.commands.load.run import run
from wherry.core.record import replace
from wherry.errors import UsageError, WherryError, doing
from wherry.ui.report import Choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.load.options import Options
    from wherry.ui.env import Env


def driven(
    urls: tuple[str, str], loading: Sequence[str], repeats: int, env: Env, *, cores: int
) -> tuple[list[Run], list[Run]]:
    """So many runs of each of two URLs, with the options ``loading`` of `wherry load`.

    Each repeat has a seed of its own. Raises UsageError, and what a run raises that failed.
    """
    asked = [_asked(url, loading, env, cores=cores) for url in urls]
    sides: tuple[list[Run], list[Run]] = ([], [])
    try:
        folder = tempfile.TemporaryDirectory(prefix="wherry-compare-", ignore_cleanup_errors=True)
    except OSError as exc:
        raise WherryError(f"keeping the runs: {exc.strerror or exc}") from exc
    with folder as place:
        for repeat in range(repeats):
            for side in (0, 1) if repeat % 2 == 0 else (1, 0):
                path = str(Path(place) / f"{repeat}-{side}.json")
                options = asked[side]
                sent = replace(options.sent, seed=options.sent.seed + repeat)
                name = f"run {repeat + 1} of {urls[side]}"
                with doing(name):
                    run(replace(options, sent=sent, choices=(Choice("json", path),)), env)
                sides[side].extend(Run(name, each.record) for each in recorded([path]))
    return sides


def _asked(url: str, loading: Sequence[str], env: Env, *, cores: int) -> Options:
    """The options of one run of ``url``. Raises UsageError."""
    from wherry.commands.load.command import command
    from wherry.ui.options import network_settings

    output, path = env.output, env.command_path
    parent = click.get_current_context().find_root()
    with command.make_context("load", [*loading, url], parent=parent) as ctx:
        given = ctx.params
    env.output, env.command_path = output, path
    for option in ("gate", "report"):
        if given[option]:
            raise UsageError(f"--{option} is for a run of its own, not for a comparison")
    return read_options(given, env.profile(), network_settings(env, given), cores=cores)
