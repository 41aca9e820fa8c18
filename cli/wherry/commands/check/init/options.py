"""What a suite is to be made of, and where it goes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wherry.core.network import NetworkSettings
from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

STANDARD_OUTPUT: Final = "-"
_URL: Final = re.compile(r"(?i)https?(\+unix)?://")


class Options(Record):
    """``source`` is a URL or the path of an OpenAPI document, ``file`` the path that is written, or ``-``."""

    source: str
    file: str
    headers: tuple[tuple[str, str], ...] = ()
    force: bool = False
    network: NetworkSettings = NetworkSettings()

    @property
    def asks(self) -> bool:
        """Whether the source is asked for over the network, and not a file."""
        return _URL.match(self.source) is not None


def from_command_line(given: Mapping[str, Any], network: NetworkSettings) -> Options:
    """The options as ``given``."""
    return Options(given["source"], given["file"], given["header"], given["force"], network)
