"""Results of surveys as everybody may see them: added up anew, and drawn, when enough has come in since the last time.

Fewer than five new answers change nothing that is shown: nobody can tell from two looks what one person answered.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from bot.log import log_of
from bot.results.drawing import drawn
from bot.results.gather import Maps, stretch
from bot.towns import Towns
from flows.participation.figures import Results, plain, publishable, read
from flows.participation.published import chart_of
from flows.participation.suppression import FEWEST
from flows.participation.survey import Survey, Visibility
from flows.participation.tally import Tally as Sums
from flows.participation.tally import tally
from flows.participation.tenant import Town
from storage.attachments import Attachment, Stage, attachments_of
from storage.database import Db, Store
from storage.files import Files
from storage.happenings import RESULTS_PUBLISHED, Happening
from storage.responses import Tally, count_of

_log = log_of(__name__)


class Tallies:
    """Of every town that shows any."""

    def __init__(self, store: Store, files: Files, towns: Towns, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._files = files
        self._towns = towns
        self._clock = clock

    async def sweep(self) -> None:
        """Add up what is due."""
        for loaded in self._towns.all():
            for survey in loaded.town.surveys:
                if survey.results is not Visibility.NEVER:
                    await self._look(loaded.town, survey)

    async def _look(self, town: Town, survey: Survey) -> None:
        is_over = town.has_closed(survey.slug, self._clock())
        if not await self._store.turn(town.id, "", partial(_is_due, survey=survey, is_over=is_over)):
            return
        sums = await self._sum(town, survey)
        results = publishable(sums, self._clock(), is_closed=is_over)
        pictures = await drawn(results, town)
        charts = [await self._hang(town, chart_of(survey.slug, each), picture) for each, picture in pictures.items()]
        await self._store.turn(town.id, "", partial(_keep, results=results, charts=charts, now=self._clock()))
        _log.info("results added up", tenant=town.id, survey=survey.slug, responses=results.responses)

    async def _hang(self, town: Town, item: str, picture: bytes) -> Attachment:
        """Keep a picture; its row is still to be written."""
        _, survey, language = item.split(":")
        chart = Attachment(
            item=item,
            channel="",
            account="",
            external_id="",
            name=f"{survey}.{language}.png",
            media_type="image/png",
            size=len(picture),
            state=Stage.KEPT,
            due_at=None,
            added_at=self._clock(),
        )
        await asyncio.to_thread(self._files.keep, town.id, chart.id, picture)
        return chart

    async def _sum(self, town: Town, survey: Survey) -> Sums:
        sums, after, maps = tally(survey, ()), 0, Maps()
        work = partial(stretch, survey=survey, maps=maps)
        while found := await self._store.turn(town.id, "", partial(work, after=after)):
            await asyncio.to_thread(sums.add_all, found)
            after = found[-1][0].id
        return sums


def _is_due(db: Db, survey: Survey, is_over: bool) -> bool:
    if survey.results is Visibility.CLOSED and not is_over:
        return False
    count, kept = count_of(db, survey.slug), db.find(Tally, survey.slug)
    if kept is None:
        return count >= FEWEST or is_over
    before = read(kept.content)
    if before.revision != survey.hash or before.is_closed != is_over:
        return True
    return abs(count - kept.responses) >= (1 if is_over else FEWEST)


def _keep(db: Db, results: Results, charts: Sequence[Attachment], now: datetime) -> None:
    """Write the results. Of each picture the one before stays, since it may be on its way to somebody.

    That they are the last ones, and say something, is told once.
    """
    row = db.find(Tally, results.survey)
    if results.is_closed and not results.is_hidden and (row is None or not read(row.content).is_closed):
        db.add(Happening(kind=RESULTS_PUBLISHED, subject=f"survey:{results.survey}", happened_at=now))
    if row is None:
        db.add(Tally(survey=results.survey, responses=results.responses, content=plain(results), added_up_at=now))
    else:
        row.responses, row.content, row.added_up_at = results.responses, plain(results), now
    for chart in charts:
        for before in attachments_of(db, chart.item)[:-1]:
            db.remove(before)
        db.add(Attachment(**chart.model_dump()))
