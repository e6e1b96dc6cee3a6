"""Results for everybody with a browser: `/r/<code>` of a survey, or of a process with all of its surveys and, once
it is closed, its return report.

Pages of words and tables: no script, no cookie, nothing from elsewhere; they may be kept for a minute.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import partial

from aiohttp import web

from bot.config.codes import town_code
from bot.results.report import Link, listed, report, returned
from bot.towns import Towns
from flows.counted import Told
from flows.participation.process import Process
from flows.participation.published import Published, published
from flows.participation.returns import Returned, has_returned, returned_after
from flows.participation.spaces import visible_processes
from flows.participation.survey import Survey, Visibility
from flows.participation.tenant import Town
from flows.participation.words import words_in
from flows.return_report import ReturnReport
from flows.text import NAMES, catalogue
from storage.database import Db, Store

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Language",
}
_KEPT = "public, max-age=60"


class ResultPages:
    """`/r/<code>` in the reader's language, `/r/<code>/<language>` in that one."""

    def __init__(self, store: Store, towns: Towns, clock: Callable[[], datetime]) -> None:
        self._store, self._towns, self._clock = store, towns, clock

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/r/{code}", self._show)
        app.router.add_get("/r/{code}/{language:ca|es|en}", self._show)

    async def _show(self, request: web.Request) -> web.Response:
        code = request.match_info["code"]
        head, _, tail = code.partition("-")
        town = next((each.town for each in self._towns.all() if town_code(each.id) == head), None)
        language = request.match_info.get("language") or _wanted(request, town)
        if town is None or not tail:
            return _missing(language)
        survey = next((each for each in town.surveys if each.code == tail), None)
        if survey is not None:
            found = await self._store.turn(town.id, "", partial(_of_survey, town=town, survey=survey))
            return _page(request, town, code, found, language) if found else _missing(language)
        process = next((each for each in town.processes if each.code == tail), None)
        if process is None or not await self._store.turn(town.id, "", partial(_is_shown, town=town, process=process)):
            return _missing(language)
        now = self._clock()
        if not has_returned(process, now):
            return _of_process(request, town, process, code, language)
        told = ReturnReport(town, process, await self._returned(town, process, now), language, now)
        html = returned(told, _surveys(town, process, language), _others(town, code, language))
        return _drawn(request, language, html)

    async def _returned(self, town: Town, process: Process, now: datetime) -> list[Returned]:
        """Every proposal, a stretch in a turn."""
        rows: list[Returned] = []
        after: int | None = 0
        while after is not None:
            work = partial(returned_after, town=town, process=process, after=after, now=now)
            some, after = await self._store.turn(town.id, "", work)
            rows += some
        return rows


def _of_survey(db: Db, town: Town, survey: Survey) -> Published | None:
    """Of a survey that everybody may know of."""
    visible = visible_processes(db, town)
    return published(db, survey) if any(each in visible for each in town.asking(survey.slug)) else None


def _is_shown(db: Db, town: Town, process: Process) -> bool:
    return process in visible_processes(db, town)


def _page(request: web.Request, town: Town, code: str, found: Published, language: str) -> web.Response:
    told = Told(found.results, language, town.language, town.zone, words_in(town.name, language, town.language))
    process = next(iter(town.asking(found.results.survey)), None)
    title = words_in(process.title, language, town.language) if process else ""
    back = Link(f"/r/{town.code}-{process.code}/{language}", title) if process else None
    return _drawn(request, language, report(told, _others(town, code, language), back))


def _of_process(request: web.Request, town: Town, process: Process, code: str, language: str) -> web.Response:
    t, links = catalogue(language).translate, _surveys(town, process, language)
    title = t("Results: {title}", {"title": words_in(process.title, language, town.language)})
    words = t("The surveys of this process:", {}) if links else t("There are no results to show.", {})
    return _drawn(request, language, listed(language, title, words, links, _others(town, code, language)))


def _surveys(town: Town, process: Process, language: str) -> list[Link]:
    asked = {slug for phase in process.phases for slug in phase.surveys}
    surveys = [each for each in town.surveys if each.slug in asked and each.results is not Visibility.NEVER]
    return [
        Link(f"/r/{town.code}-{each.code}/{language}", words_in(each.title, language, town.language))
        for each in surveys
    ]


def _others(town: Town, code: str, language: str) -> list[Link]:
    return [Link(f"/r/{code}/{each}", NAMES[each], each) for each in town.languages if each != language]


def _wanted(request: web.Request, town: Town | None) -> str:
    """The first language that the reader asks for and the town speaks."""
    spoken = town.languages if town is not None else tuple(NAMES)
    asked = (each.strip()[:2].lower() for each in request.headers.get("Accept-Language", "").split(","))
    return next((each for each in asked if each in spoken), spoken[0])


def _missing(language: str) -> web.Response:
    t = catalogue(language).translate
    words = t("The address may have been cut short, or the results are not public yet.", {})
    html = listed(language, t("There is nothing here", {}), words, ())
    headers = {**_HEADERS, "Cache-Control": "no-store", "Content-Language": language}
    return web.Response(status=404, text=html, content_type="text/html", headers=headers)


def _drawn(request: web.Request, language: str, html: str) -> web.Response:
    tag = hashlib.sha256(html.encode()).hexdigest()[:32]
    headers = {**_HEADERS, "Cache-Control": _KEPT, "Content-Language": language, "ETag": f'"{tag}"'}
    if any(each.value == tag for each in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    return web.Response(text=html, content_type="text/html", headers=headers)
