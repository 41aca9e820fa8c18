"""One thing that is looked at, in the words of both programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

PATIENCE: Final = "30s"  # nothing waits for it
SHORT: Final = "500ms"
PLAIN: Final = "http://127.0.0.1:{plain}"
INSECURE: Final = {"tls_config": {"insecure_skip_verify": True}}


@dataclass(frozen=True)
class Case:
    """``url`` is wherry's target and, unless ``target`` says otherwise, the exporter's; ``{plain}`` and the like are
    ports. ``ours`` are further keys of the check, ``theirs`` those of the module's prober. ``passes`` is the verdict.
    """

    name: str
    passes: bool
    url: str
    ours: dict[str, Any] = field(default_factory=dict)
    theirs: dict[str, Any] = field(default_factory=dict)
    target: str = ""
    timeout: str = PATIENCE

    @property
    def prober(self) -> str:
        scheme = self.url.partition(":")[0]
        return {"https": "http", "tls": "tcp"}.get(scheme, scheme)


def expect(**conditions: object) -> dict[str, Any]:
    return {"expect": {name.replace("__", ".").replace("_", "-"): wanted for name, wanted in conditions.items()}}
