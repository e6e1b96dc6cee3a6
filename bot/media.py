"""What people attached is brought from its provider, made showable and kept: drained once its turn is committed."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from msgspec import Struct
from sqlmodel import col, select

from bot.accounts import Accounts
from bot.log import log_of
from bot.outbox import DRAIN
from bot.pictures import Unfit, showable
from bot.telling import tell
from bot.towns import Towns
from bot.wakes import Wakes
from channels.errors import FileGone, FileTooLarge, Later, SendFailed
from channels.message import Attached
from flows.news import not_kept
from flows.participation.attachments import LARGEST, VOICES
from flows.participation.tenant import Town
from storage.attachments import (
    Attachment,
    Stage,
    contents_left,
    due_attachments,
    forget_files_of_tickets,
    kept_attachments,
)
from storage.database import Db, Store
from storage.files import ARRIVED, Files
from storage.outbox import Purpose

FETCH = "fetch"
"""The kind of wake whose key is a tenant."""

_AT_ONCE = 5
_LEASE = timedelta(minutes=3)
_FIRST_RETRY = timedelta(seconds=20)
_LONGEST_RETRY = timedelta(hours=1)
_GIVE_UP_AFTER = timedelta(days=1)
_DRAWN_AT_ONCE = 2

_log = log_of(__name__)


class Wanted(Struct, frozen=True):
    """A file to fetch, leased to this process."""

    id: int
    channel: str
    account: str
    attached: Attached
    attempts: int


class Ended(Struct, frozen=True):
    """What became of one attempt; `WANTED` is to be tried again."""

    stage: Stage
    media_type: str = ""
    size: int = 0


class Media:
    """Fetching is repeated after a crash and kept once: what is kept already is left as it is."""

    def __init__(
        self,
        store: Store,
        files: Files,
        towns: Towns,
        accounts: Accounts,
        wakes: Wakes,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._files = files
        self._towns = towns
        self._accounts = accounts
        self._wakes = wakes
        self._clock = clock
        self._drawing = asyncio.Semaphore(_DRAWN_AT_ONCE)
        wakes.handler(FETCH, self.drain)

    async def sweep(self) -> None:
        """Wake every tenant that has files to fetch."""
        self._wakes.wake_all(FETCH, await self._store.no_tenant(partial(_tenants_with_due, now=self._clock())))

    async def move_out(self) -> None:
        """Write to files what an earlier release kept in the store."""
        for loaded in self._towns.all():
            while await self._store.turn(loaded.id, "", partial(_move_out, files=self._files)):
                pass

    async def clear(self) -> None:
        """Throw away the files whose rows are gone: whoever took them back or was forgotten leaves none here."""
        for loaded in self._towns.all():
            await self._store.turn(loaded.id, "", forget_files_of_tickets)
            kept = await self._store.turn(loaded.id, "", kept_attachments)
            if gone := await asyncio.to_thread(self._files.clear, loaded.id, kept):
                _log.info("files thrown away", tenant=loaded.id, count=gone)

    async def drain(self, tenant_id: str) -> None:
        """Fetch what is due in a tenant."""
        town = self._towns.find(tenant_id)
        while town is not None:
            claimed = await self._store.turn(tenant_id, "", partial(_claim, now=self._clock()))
            for wanted in claimed:
                ended = await self._fetched(tenant_id, wanted)
                work = partial(_settle, town=town, wanted=wanted, ended=ended, now=self._clock())
                self._wakes.wake_all(DRAIN, [await self._store.turn(tenant_id, "", work)])
            if len(claimed) < _AT_ONCE:
                return

    async def _fetched(self, tenant_id: str, wanted: Wanted) -> Ended:
        try:
            data = await self._bytes(wanted)
            async with self._drawing:
                data, media_type = await asyncio.to_thread(showable, data)
            if media_type in VOICES and wanted.attached.media_type not in VOICES:
                raise Unfit("a voice note where none is taken")
            await asyncio.to_thread(self._files.keep, tenant_id, wanted.id, data)
        except FileGone:
            return Ended(Stage.LOST)
        except (FileTooLarge, Unfit):
            return Ended(Stage.REFUSED)
        except SendFailed as failure:
            _log.warning("not fetched", tenant=tenant_id, attachment=wanted.id, why=failure.reason)
            return Ended(Stage.WANTED)
        return Ended(Stage.KEPT, media_type, len(data))

    async def _bytes(self, wanted: Wanted) -> bytes:
        """From its provider, or where it was put away because it came with its message."""
        if wanted.attached.id.startswith(ARRIVED):
            data = await asyncio.to_thread(self._files.arrived, wanted.account, wanted.attached.id)
            if not data:
                raise FileGone("it came with a message too long ago")
            return data
        served = self._accounts.find(wanted.channel, wanted.account)
        if served is None:
            raise Later(f"no account {wanted.channel}:{wanted.account}")
        return await served.channel.fetch(wanted.attached, LARGEST)


def _tenants_with_due(db: Db, now: datetime) -> Sequence[str]:
    return db.all(select(Attachment.tenant_id).where(col(Attachment.due_at) <= now).distinct())


def _move_out(db: Db, files: Files) -> int:
    contents = contents_left(db, _AT_ONCE)
    for content in contents:
        files.keep(db.tenant_id, content.attachment_id, content.data)
        db.remove(content)
    return len(contents)


def _claim(db: Db, now: datetime) -> list[Wanted]:
    """Lease what is due: nobody else fetches it meanwhile, and somebody does when this process is gone."""
    claimed: list[Wanted] = []
    for row in due_attachments(db, now, _AT_ONCE):
        row.attempts += 1
        row.due_at = now + _LEASE
        attached = Attached(row.external_id, row.name, row.media_type, row.size)
        claimed.append(Wanted(row.id, row.channel, row.account, attached, row.attempts))
    return claimed


def _settle(db: Db, town: Town, wanted: Wanted, ended: Ended, now: datetime) -> str:
    """Write what became of it; returns the lane by which its sender is told of a file that nobody will see."""
    row = db.find(Attachment, wanted.id)
    if row is None or row.state is not Stage.WANTED:
        return ""
    stage = ended.stage
    if stage is Stage.WANTED and now - row.added_at < _GIVE_UP_AFTER:
        row.due_at = now + min(_LONGEST_RETRY, _FIRST_RETRY * 2 ** min(wanted.attempts, 16))
        return ""
    row.due_at = None
    if row.participant_id is None:
        row.external_id = ""
    row.state = Stage.LOST if stage is Stage.WANTED else stage
    if row.state is Stage.KEPT:
        row.media_type, row.size = ended.media_type, ended.size
        return ""
    if row.participant_id is None:
        return ""
    return tell(db, town, row.participant_id, now, partial(not_kept, attachment=row), Purpose.NOTICE)
