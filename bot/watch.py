"""Serve files as they are saved: check the folder at each change, and apply what is right."""

import asyncio
from datetime import datetime
from functools import partial
from pathlib import Path

from watchfiles import awatch

from bot.app import App, utc_now
from bot.config.apply import Held, apply
from bot.config.load import Faulty
from bot.config.tenants import Checked, check_all, sources_in
from bot.log import log_of

_ACTOR = "system"

_log = log_of(__name__)


async def watch(app: App, folder: Path) -> None:
    """Until cancelled. What is wrong is logged and not applied; the rest of the towns are."""
    async for _ in awatch(folder):
        checked = await asyncio.to_thread(lambda: check_all(sources_in(folder)))
        for one in checked:
            await _apply(app, one, utc_now())
        await app.towns.reload()


async def _apply(app: App, checked: Checked, now: datetime) -> None:
    tenant_id = checked.source.id
    if checked.loaded is None:
        for finding in checked.findings:
            _log.error("not applied", tenant=tenant_id, why=str(finding))
        return
    work = partial(apply, source=checked.source, loaded=checked.loaded, now=now, actor=_ACTOR)
    try:
        planned = await app.store.turn(tenant_id, "", work)
    except (Held, Faulty) as why:
        _log.error("not applied", tenant=tenant_id, why=str(why))
    else:
        if not planned.is_current:
            _log.info("applied", tenant=tenant_id, changes=len(planned.changes))
