"""What happens while a release is published, in words and as JSON. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wherry.commands.release.publish.choice import Action
from wherry.commands.release.publish.events import Begun, Made, Noted, Published, Settled, Tapped, Verified
from wherry.core.quantity import format_size
from wherry.ui.progress import clip

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wherry.commands.release.forges.store import Upload
    from wherry.commands.release.publish.events import Event, Moving
    from wherry.commands.release.publish.posting import Outcome

_DONE = {Action.UPLOAD: "uploaded", Action.REPLACE: "replaced", Action.KEEP: "is there already"}


def line(event: Event) -> str | None:
    """What is said of it; None for what only a terminal shows."""
    match event:
        case Made(name=name):
            return f"made {name}"
        case Noted(words=words):
            return words
        case Begun(url=url, resumed=resumed):
            return f"going on with {url}" if resumed else f"a draft is at {url}"
        case Settled(name=name, action=action):
            return f"{name} {_DONE[action]}"
        case Verified(name=name):
            return f"{name} verified"
        case Published(url=url, draft=draft):
            return f"it stays a draft: {url}" if draft else f"published: {url}"
        case Tapped(tap=tap, url=url, changed=changed):
            return f"{tap}: {url}" if changed else f"{tap} is up to date"
    return None


def moving_line(event: Moving, columns: int) -> tuple[str, int]:
    """A row for a file on its way, and its width: ``acme.tar.gz  up  3.1 of 11.3 MB``."""
    way = "back" if event.back else "up"
    text = clip(f"{event.name}  {way}  {format_size(event.done)} of {format_size(event.size)}", columns)
    return text, len(text)


def document(
    facts: Mapping[str, object], files: Sequence[Upload], outcome: Outcome | None, taps: Sequence[Tapped]
) -> dict[str, Any]:
    """Fields: those of ``facts``, ``url``, ``files`` and ``taps``; see docs/release.md."""
    actions = outcome.actions if outcome else {}
    return {
        **facts,
        "url": outcome.url if outcome else None,
        "files": [
            {
                "name": file.name,
                "size": file.size,
                "sha256": file.sha256,
                "action": actions[file.name].value if file.name in actions else None,
            }
            for file in files
        ],
        "taps": [{"tap": tap.tap, "url": tap.url, "changed": tap.changed} for tap in taps],
    }
