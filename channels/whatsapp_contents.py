"""The Content resources that an account has: found by their names, made where they are missing, known until they go."""

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import Any

from channels.errors import SendFailed
from channels.twilio_calls import TwilioCalls
from channels.whatsapp_shapes import SHAPES, Shape

_MOST = 5000
_PAGE = 500
_AGAIN_AFTER = 300.0
"""Seconds after which an account that lacks some is looked at once more: `provision` may have run meanwhile."""

logger = logging.getLogger(__name__)


class Contents:
    """One account's. They are listed at the first need, once for all that wait for them."""

    def __init__(self, account: str, calls: TwilioCalls) -> None:
        self._account = account
        self._calls = calls
        self._sids: dict[str, str] = {}
        self._listed_at: float | None = None
        self._listing = asyncio.Lock()

    async def find(self, name: str) -> str:
        """The id of the resource for a shape, or "" where there is none, or nobody can tell."""
        if (sid := self._sids.get(name)) is None and self._is_outdated():
            async with self._listing:
                if self._is_outdated():
                    await self._look()
            sid = self._sids.get(name)
        return sid or ""

    def forget(self, name: str) -> None:
        """It was refused: it is used no more until the account is looked at again."""
        self._sids.pop(name, None)

    async def missing(self) -> Sequence[Shape]:
        """The shapes that have no resource yet. Raises one of `channels.errors`."""
        listed = await self._calls.asked(
            self._calls.client.content.v1.contents.list_async(limit=_MOST, page_size=_PAGE)
        )
        self._sids = {name: sid for name, sid in map(_named, listed) if name in SHAPES}
        self._listed_at = time.monotonic()
        return [shape for name, shape in SHAPES.items() if name not in self._sids]

    async def make(self, shape: Shape) -> str:
        """Make the resource for a shape; its id. Raises one of `channels.errors`."""
        made = await self._calls.asked(self._calls.client.content.v1.contents.create_async(shape))
        name, sid = _named(made)
        self._sids[name] = sid
        return sid

    def _is_outdated(self) -> bool:
        return self._listed_at is None or time.monotonic() - self._listed_at >= _AGAIN_AFTER

    async def _look(self) -> None:
        try:
            missing = len(await self.missing())
        except SendFailed as failed:
            self._listed_at = time.monotonic()
            logger.warning("WhatsApp account %s: its buttons are not known: %s", self._account, failed.reason)
            return
        if missing:
            logger.warning("WhatsApp account %s: %d shapes of buttons are not provisioned", self._account, missing)


def _named(content: Any) -> tuple[str, str]:
    return str(content.friendly_name), str(content.sid)
