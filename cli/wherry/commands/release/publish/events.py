"""What happens while a release is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from wherry.core.record import Record

if TYPE_CHECKING:
    from wherry.commands.release.publish.choice import Action


class Made(Record):
    """A file of the release was written."""

    name: str


class Noted(Record):
    """Something that a person may want to know. An ``alert`` is said even to who asked for quiet."""

    words: str
    alert: bool = False


class Begun(Record):
    """A draft is there, ``resumed`` from an earlier run or new."""

    url: str
    resumed: bool


class Moving(Record):
    """A file is on its way: ``done`` of ``size`` bytes, up, or ``back`` to be looked at."""

    name: str
    done: int
    size: int
    back: bool


class Settled(Record):
    """A file is there as it should be; ``action`` is what that took."""

    name: str
    action: Action


class Verified(Record):
    """What is there was fetched, and is the file."""

    name: str


class Published(Record):
    """The release can be seen, or is a draft that stays one."""

    url: str
    draft: bool


class Tapped(Record):
    """A manifest is in its repository; not ``changed``: it was there already."""

    tap: str
    url: str
    changed: bool


Event: TypeAlias = Made | Noted | Begun | Moving | Settled | Verified | Published | Tapped
