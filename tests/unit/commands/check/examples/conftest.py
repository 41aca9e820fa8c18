"""Makes what the tests beside it share importable by them, and runs the examples."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from wherry import app

sys.path.insert(0, str(Path(__file__).parent))

EXAMPLES = Path(__file__).parents[5] / "examples" / "check"


@pytest.fixture
def check(capsys, monkeypatch, tmp_path):
    """Runs ``wherry check NAME ARGS``: the exit code, and the result of each check by its name."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def run(name, *args):
        code = app.run(["check", str(EXAMPLES / name), "-o", "json", *args])
        out, err = capsys.readouterr()
        assert out, err
        document = json.loads(out)
        return code, {result["name"]: result for result in document["checks"]}

    return run
