"""Files of people, outside the database: a folder with one for each tenant, that only this user may read.

What is kept is named by the id of its attachment, so that writing it twice is writing it once, and whatever has no
row is thrown away. What came with a message waits under the hash of its bytes until it is fetched.
"""

import os
import time
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path

ARRIVED = "arrived:"
"""Before the name of a file that came with its message."""

_WAITS = 7 * 24 * 3600.0
_FRESH = 3600.0
"""Seconds: the turn that adds the row of a file that was just written may not be committed yet."""


class Files:
    """A folder; made when something is first kept. Its calls take time: use a thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, tenant_id: str, attachment_id: int, data: bytes) -> None:
        """Write a file; it is durable once this returns."""
        self._write(self._kept(tenant_id, attachment_id), data)

    def read(self, tenant_id: str, attachment_id: int) -> bytes:
        """A file's bytes; empty where there is none."""
        return _read(self._kept(tenant_id, attachment_id))

    def put_away(self, tenant_id: str, data: bytes) -> str:
        """Write what came with a message, durably; returns the name by which `arrived` finds it for a week."""
        name = sha256(data).hexdigest()
        path = self._arrived(tenant_id, name)
        if path.exists():
            os.utime(path)
        else:
            self._write(path, data)
        return ARRIVED + name

    def arrived(self, tenant_id: str, name: str) -> bytes:
        """What came with a message; empty where it is gone."""
        digest = name.removeprefix(ARRIVED)
        return _read(self._arrived(tenant_id, digest)) if digest.isalnum() else b""

    def clear(self, tenant_id: str, attachment_ids: Collection[int]) -> int:
        """Delete all but the files of these attachments, and what arrived too long ago; returns how many went."""
        gone, now = 0, time.time()
        wanted = {str(each) for each in attachment_ids}
        for path in (self.folder / tenant_id / "kept").glob("*/*"):
            if path.name not in wanted and path.stat().st_mtime < now - _FRESH:
                path.unlink(missing_ok=True)
                gone += 1
        for path in (self.folder / tenant_id / "arrived").glob("*"):
            if path.stat().st_mtime < now - _WAITS:
                path.unlink(missing_ok=True)
                gone += 1
        return gone

    def _kept(self, tenant_id: str, attachment_id: int) -> Path:
        return self.folder / tenant_id / "kept" / f"{attachment_id % 256:02x}" / str(attachment_id)

    def _arrived(self, tenant_id: str, digest: str) -> Path:
        return self.folder / tenant_id / "arrived" / digest

    def _write(self, path: Path, data: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for part in reversed(path.relative_to(self.folder).parents[:-1]):
            (self.folder / part).mkdir(exist_ok=True, mode=0o700)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
