"""Publishing as it is meant to be done with any store: what is there is looked at first, and nothing is sent twice."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from wherry.commands.release.forges.store import Announcement, Upload

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from wherry.commands.release.forges.store import Asset, Posted, Store

CONTENTS = {"acme_1.2.0.tar.gz": bytes(range(256)) * 9000, "acme_1.2.0.deb": b"!<arch>\n", "SHA256SUMS": b"sums\n"}
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def announcement(
    tag: str = "v1.2.0", *, prerelease: bool = False, draft: bool = False, notes: str = "New"
) -> Announcement:
    return Announcement(tag, COMMIT, f"acme {tag}", notes, prerelease, draft)


def uploads(folder: Path, contents: Mapping[str, bytes] = CONTENTS) -> tuple[Upload, ...]:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return tuple(
        Upload(name, folder / name, len(data), hashlib.sha256(data).hexdigest(), "application/octet-stream")
        for name, data in contents.items()
    )


async def digest(store: Store, posted: Posted, asset: Asset) -> str:
    hashed = hashlib.sha256()
    async for piece in store.download(posted, asset):
        hashed.update(piece)
    return hashed.hexdigest()


async def drive(store: Store, wanted: Announcement, files: Sequence[Upload]) -> tuple[str, list[str]]:
    """The URL, and the names of what was sent."""
    await store.ready()
    posted = await store.find(wanted.tag) or await store.create(wanted)
    there = {asset.name: asset for asset in posted.assets}
    assert len(there) == len(posted.assets)
    assets, sent = [], []
    for file in files:
        asset = there.get(file.name)
        if asset is not None:
            known = asset.sha256 or (await digest(store, posted, asset) if asset.size == file.size else None)
            if not asset.whole or known != file.sha256:
                await store.remove(posted, asset)
                asset = None
        if asset is None:
            steps: list[int] = []
            asset = await store.upload(posted, file, steps.append)
            assert steps[-1:] in ([file.size], [])
            sent.append(file.name)
        assert (asset.name, asset.size, asset.sha256 or file.sha256) == (file.name, file.size, file.sha256)
        assert await digest(store, posted, asset) == file.sha256
        assets.append(asset)
    return await store.publish(posted, wanted, assets), sent
