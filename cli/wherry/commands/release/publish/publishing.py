"""The release out into the world: the draft, the files, the publication, and the taps last."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from wherry.commands.release.publish import journal as journals
from wherry.commands.release.publish import render
from wherry.commands.release.publish.events import Tapped
from wherry.commands.release.publish.places import Places
from wherry.commands.release.publish.posting import Posting
from wherry.core.record import Record
from wherry.errors import ExitCode, doing
from wherry.net.http import Client
from wherry.net.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.commands.release.forges.store import Repository
    from wherry.commands.release.publish.events import Event
    from wherry.commands.release.publish.journal import Journal
    from wherry.commands.release.publish.posting import Outcome
    from wherry.commands.release.publish.preparing import Prepared
    from wherry.commands.release.publish.tapping import Manifest
    from wherry.core.network import NetworkSettings
    from wherry.core.retry import RetryPolicy
    from wherry.core.scope import Scope
    from wherry.ui.env import Env


class How(Record):
    """What the command line says of the network, and of a run before."""

    network: NetworkSettings
    retry: RetryPolicy
    timeout_s: float
    resume: bool
    dry_run: bool


async def publish(prepared: Prepared, how: How, env: Env, scope: Scope, emit: Callable[[Event], None]) -> ExitCode:
    """Publish what is prepared, or show how. Raises WherryError; the journal then has what was done."""
    async with Client(Network(how.network, os.environ)) as client:
        places = Places(client, scope, prepared, how.retry, how.timeout_s, env.redactor, emit)
        if how.dry_run:
            return _show(places, prepared, env)
        outcome, tapped = await _publish(places, prepared, how, emit)
    if env.output == "json":
        env.console.json(render.document(_facts(prepared), prepared.files, outcome, tapped))
    return ExitCode.DONE


async def _publish(
    places: Places, prepared: Prepared, how: How, emit: Callable[[Event], None]
) -> tuple[Outcome, list[Tapped]]:
    store = places.store()
    taps = [(manifest, places.repository(manifest)) for manifest in prepared.manifests]
    with doing("looking at where it goes"):
        await store.ready()
    for manifest, repository in taps:
        with doing(manifest.name):
            await repository.ready()
    journal = journals.begin(prepared.journal, prepared.wanted.tag, prepared.place, prepared.sums, resume=how.resume)
    posting = Posting(
        store,
        prepared.wanted,
        prepared.files,
        prepared.last,
        journal,
        emit,
        resume=how.resume,
        replace=prepared.file.release.replace_existing_artifacts,
    )
    outcome = await posting.run()
    tapped = [await _tap(manifest, repository, journal, emit) for manifest, repository in taps]
    journal.finish()
    return outcome, tapped


async def _tap(manifest: Manifest, repository: Repository, journal: Journal, emit: Callable[[Event], None]) -> Tapped:
    if manifest.name in journal.taps:
        done = Tapped(manifest.name, journal.taps[manifest.name], changed=False)
    else:
        with doing(manifest.name):
            written = await repository.write(manifest.files, manifest.message)
        journal.wrote(manifest.name, written.url)
        done = Tapped(manifest.name, written.url, written.changed)
    emit(done)
    return done


def _show(places: Places, prepared: Prepared, env: Env) -> ExitCode:
    lines: list[str] = []
    if prepared.plan.venue is not None:
        lines += places.store().calls(prepared.wanted, prepared.files)
    for manifest in prepared.manifests:
        lines += places.repository(manifest).calls([*manifest.files])
    if env.output == "json":
        env.console.json({**render.document(_facts(prepared), prepared.files, None, []), "calls": lines})
    else:
        for line in lines:
            env.console.out(line)
    return ExitCode.DONE


def _facts(prepared: Prepared) -> dict[str, object]:
    return {
        "project": prepared.file.project_name,
        "version": prepared.plan.version.text,
        "tag": prepared.plan.version.tag,
        "folder": str(prepared.out),
    }
