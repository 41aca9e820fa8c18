from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wherry.commands.load import cores

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("groups", "files", "expected"),
    [
        pytest.param("", {}, None, id="no-groups"),
        pytest.param("0::/\n", {"v2/cpu.max": "200000 100000\n"}, 2.0, id="container"),
        pytest.param("0::/\n", {"v2/cpu.max": "max 100000\n"}, None, id="no-bound"),
        pytest.param("0::/\n", {}, None, id="no-file"),
        pytest.param(
            "0::/a/b\n", {"v2/a/cpu.max": "50000 100000\n", "v2/a/b/cpu.max": "300000 100000\n"}, 0.5, id="the-least"
        ),
        pytest.param("0::/../x\n", {"v2/cpu.max": "150000 100000\n"}, 1.5, id="path-of-the-host"),
        pytest.param(
            "4:memory:/\n3:cpu,cpuacct:/\n",
            {"v1/cpu.cfs_quota_us": "250000\n", "v1/cpu.cfs_period_us": "100000\n"},
            2.5,
            id="first-version",
        ),
        pytest.param(
            "3:cpu:/\n", {"v1/cpu.cfs_quota_us": "-1\n", "v1/cpu.cfs_period_us": "100000\n"}, None, id="v1-no-bound"
        ),
        pytest.param("0::/\n", {"v2/cpu.max": "1 0\n"}, None, id="no-period"),
        pytest.param("nonsense\n", {}, None, id="nonsense"),
    ],
)
def test_quota(
    groups: str, files: dict[str, str], expected: float | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(cores, "_V2", str(tmp_path / "v2"))
    monkeypatch.setattr(cores, "_V1", str(tmp_path / "v1"))
    assert cores.quota(groups) == expected


@pytest.mark.parametrize(("limit", "expected"), [("max", 4), ("150000", 2), ("1000", 1), ("900000", 4)])
def test_cores(limit: str, expected: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own").write_text("0::/\n")
    (tmp_path / "cpu.max").write_text(f"{limit} 100000\n")
    monkeypatch.setattr(cores, "_OWN", str(tmp_path / "own"))
    monkeypatch.setattr(cores, "_V2", str(tmp_path))
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2, 3}, raising=False)
    assert cores.cores() == expected
