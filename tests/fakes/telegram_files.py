"""Files as Telegram keeps them: what people and bots sent, where it is fetched, and what it does not take."""

import itertools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import TypeAlias

from aiohttp import web
from PIL import Image, UnidentifiedImageError

from tests.fakes.telegram_refusals import Refused, bad_request, utf16_units

Serve: TypeAlias = Callable[[web.BaseRequest, bytes], Awaitable[web.StreamResponse]]
WRONG_ID = "wrong file_id or the file is temporarily unavailable"
_MB = 1024 * 1024


@dataclass(frozen=True)
class Kept:
    """A file by its `path` on the file server."""

    name: str
    data: bytes
    path: str


@dataclass
class Files:
    """A bot's files by their ids. `serve` answers downloads in another way than Telegram would."""

    by_id: dict[str, Kept] = field(default_factory=dict)
    serve: Serve | None = None
    downloads: list[str] = field(default_factory=list)
    lies_at: dict[str, str] = field(default_factory=dict)
    """Paths that are told instead of the true ones."""
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def keep(self, name: str, data: bytes, folder: str = "documents") -> str:
        """Keep a file; returns its id."""
        number = next(self._numbers)
        file_id = f"BQACAgQAAx{number:06}"
        suffix = name.rpartition(".")[2] if "." in name else "jpg"
        self.by_id[file_id] = Kept(name, data, f"{folder}/file_{number}.{suffix}")
        return file_id

    def found(self, file_id: str) -> dict[str, object]:
        """The answer to `getFile`."""
        kept = self.by_id.get(file_id)
        if kept is None:
            raise bad_request(WRONG_ID)
        if len(kept.data) > 20 * _MB:
            raise bad_request("file is too big")
        unique = {"file_id": file_id, "file_unique_id": file_id[-6:]}
        return {**unique, "file_size": len(kept.data), "file_path": self.lies_at.get(file_id, kept.path)}

    async def download(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        """`GET /file/bot<token>/<path>`."""
        self.downloads.append(path)
        kept = next((kept for kept in self.by_id.values() if kept.path == path), None)
        if kept is None:
            return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
        if self.serve is not None:
            return await self.serve(request, kept.data)
        return web.Response(body=kept.data, content_type="application/octet-stream")

    def uploaded(self, parameters: Mapping[str, str], what: str, most: int) -> Kept:
        """The file that a `sendPhoto` or `sendDocument` carries, or names by its id."""
        kept = self.by_id.get(parameters.get(what, ""))
        if kept is None:
            raise bad_request(f"there is no {what} in the request" if what not in parameters else WRONG_ID)
        if not kept.data:
            raise bad_request("file must be non-empty")
        if len(kept.data) > most * _MB:
            raise Refused(413, "Request Entity Too Large")
        return kept


def check_caption(text: str) -> None:
    if utf16_units(text) > 1024:
        raise bad_request("message caption is too long")


def check_photo(data: bytes) -> None:
    try:
        width, height = Image.open(BytesIO(data)).size
    except UnidentifiedImageError:
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
