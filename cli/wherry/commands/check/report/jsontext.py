"""JSON that is safe to show: what a stranger wrote moves no terminal's cursor, and commands no CI job."""

from __future__ import annotations

import json
import re
from typing import Any

# Valid in JSON as they are (RFC 8259 section 7), but controls (C1), directions of writing, ends of a line, or the
# beginning of what Azure's and GitHub's runners obey wherever it stands (``##vso[``).
_UNSAFE = re.compile("#(?=#)|[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def dumps(value: Any) -> str:
    """``value`` on one line. Such characters can only stand in a string, where an escape means the same."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _UNSAFE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
