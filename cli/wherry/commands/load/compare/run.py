"""Compares, and says what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.load.compare.comparison import compare
from wherry.commands.load.compare.likeness import refuse_unlike
from wherry.commands.load.compare.side import recorded
from wherry.commands.load.compare.words import document, text
from wherry.errors import ExitCode, NotMet

if TYPE_CHECKING:
    from wherry.commands.load.compare.options import Options
    from wherry.ui.env import Env


def run(options: Options, env: Env, *, cores: int) -> ExitCode:
    """Print the comparison that ``options`` ask for.

    Raises UsageError for runs that are not to be compared, NotMet where something became worse by too much, and what a
    run raises that failed.
    """
    if options.repeats is None:
        old, new = recorded(options.old), recorded(options.new)
    else:
        from wherry.commands.load.compare.driving import driven

        old, new = driven((options.old[0], options.new[0]), options.loading, options.repeats, env, cores=cores)
    refuse_unlike(old, new)
    comparison = compare([run.record for run in old], [run.record for run in new], seed=options.seed)
    if env.output == "json":
        env.console.out(document(comparison, old[0].record.plan.urls, new[0].record.plan.urls))
    else:
        env.console.out(text(comparison))
    if options.most_worse is not None:
        worse = [each.metric.name for each in comparison.metrics if each.worse_by(options.most_worse)]
        if worse:
            raise NotMet(f"worse by more than {100 * options.most_worse:g}%: {', '.join(worse)}")
    return ExitCode.DONE
