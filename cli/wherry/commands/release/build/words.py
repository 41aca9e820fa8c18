"""What a build says of itself. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wherry.commands.release.build.manifest import file_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wherry.commands.release.build.manifest import Part


def lines(part: Part, out: str) -> Iterator[str]:
    """A line for each file, with its size, the part manifest last."""
    paths = [f"{out}/{artifact.name}" for artifact in part.artifacts]
    width = max(map(len, paths), default=0)
    for path, artifact in zip(paths, part.artifacts, strict=True):
        yield f"{path:<{width}}  {size(artifact.size)}"
    yield f"{out}/{file_name(part.target)}"


def document(part: Part, out: str) -> dict[str, Any]:
    """The part manifest, with ``out``, the folder that all is in, and ``manifest``, its name there."""
    import msgspec

    made: dict[str, Any] = msgspec.to_builtins(part)
    return {"out": out, "manifest": file_name(part.target), **made}


def size(count: int) -> str:
    """``12.3 MB``: bytes in powers of 1000."""
    if count < 1000:
        return f"{count} B"
    if count < 999_950:
        return f"{count / 1000:.1f} kB"
    return f"{count / 1000**2:.1f} MB" if count < 999_950_000 else f"{count / 1000**3:.1f} GB"
