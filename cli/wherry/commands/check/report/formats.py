"""What ``--report`` can write."""

from __future__ import annotations

from typing import Final

FORMATS: Final = ("text", "json", "jsonl", "junit", "tap", "prom", "github", "html")
