"""How the checks of a run reach their targets: a network, a client that keeps connections, credentials; by profile."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from wherry.net.http import Client
from wherry.net.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.core.credential import Credential
    from wherry.core.network import NetworkSettings
    from wherry.net.authorization import Authorizer


class Reach:
    """One profile's. Raises UsageError for what can never work, such as a CA file that cannot be read."""

    def __init__(self, settings: NetworkSettings, hide: Callable[[str], None]) -> None:
        self.network = Network(settings, os.environ)
        self.client = Client(self.network)
        self._hide = hide
        self._authorizers: dict[Credential, Authorizer] = {}

    async def authorizer(self, credential: Credential) -> Authorizer:
        """What makes the Authorization field of ``credential``, looked up once and shared by all checks.

        Raises WherryError where its secret cannot be had.
        """
        found = self._authorizers.get(credential)
        if found is None:
            from wherry.commands.check.authorizing import authorizer_of

            found = await authorizer_of(credential, self.client, self._hide)
            # Another check may have asked meanwhile; one of the two is enough.
            found = self._authorizers.setdefault(credential, found)
        return found

    async def aclose(self) -> None:
        """Close what is open."""
        await self.client.aclose()
