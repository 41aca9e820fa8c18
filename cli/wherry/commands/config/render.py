"""Profiles in words and as JSON, without a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wherry.core.credential import Basic, Bearer, Origin
from wherry.core.redact import is_secret_header, redact_url
from wherry.core.secret import MASK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.core.credential import Credential, SecretSource
    from wherry.profile.file import Profile


def document(profiles: Sequence[Profile]) -> dict[str, Any]:
    """``{"profiles": {NAME: {...}}}`` with the file's own keys; what a profile leaves out is left out."""
    return {"profiles": {profile.name: _entry(profile) for profile in profiles}}


def text(profiles: Sequence[Profile]) -> str:
    """One paragraph a profile, one ``key = value`` a line."""
    paragraphs = []
    for profile in profiles:
        lines = [f"[{profile.name}]"]
        for key, value in _entry(profile).items():
            if isinstance(value, dict):
                lines += [f"{key}.{name} = {part}" for name, part in value.items()]
            elif isinstance(value, list):
                lines += [f"{key} = {part}" for part in value]
            else:
                lines.append(f"{key} = {str(value).lower() if isinstance(value, bool) else value}")
        paragraphs.append("\n".join(lines))
    return "\n\n".join(paragraphs)


def _entry(profile: Profile) -> dict[str, Any]:
    network = profile.network
    every = {
        "base_url": redact_url(profile.base_url),
        "headers": {name: MASK if is_secret_header(name) else value for name, value in profile.headers.items()},
        "auth": _auth(profile.credential),
        "cacert": network.cacert,
        "cert": network.cert,
        "key": network.key,
        "insecure": network.insecure,
        "proxy": redact_url(network.proxy) if network.proxy else None,
        "no_proxy": network.no_proxy,
        "resolve": [f"{each.host}:{each.port or '*'}:{each.address}" for each in network.resolve],
    }
    return {key: value for key, value in every.items() if value}


def _auth(credential: Credential | None) -> dict[str, str]:
    if credential is None:
        return {}
    if isinstance(credential, Basic):
        return {"type": "basic", "user": credential.user, "password": _secret(credential.password)}
    if isinstance(credential, Bearer):
        return {"type": "bearer", "token": _secret(credential.token)}
    every = {
        "type": "oauth2",
        "token_url": redact_url(credential.token_url),
        "client_id": credential.client_id,
        "client_secret": _secret(credential.client_secret),
        "scope": credential.scope,
        "audience": credential.audience,
    }
    return {key: value for key, value in every.items() if value}


def _secret(source: SecretSource) -> str:
    return MASK if source.origin is Origin.VALUE else f"{source.origin}:{source.text}"
