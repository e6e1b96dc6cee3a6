"""Results in a browser and on paper: for everybody, by keyboard, magnified, without scripts, from nowhere else."""

import re
import shutil
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from bot.cli.sample import EXAMPLES
from bot.config.codes import subject_code, town_code
from storage.keys import Keys
from tests.commands import printed
from tests.crowd import CROWD, TOWN, add, survey_of
from tests.world import World, open_world

LANGUAGES = ("ca", "es", "en")
CODES = [f"{town_code(TOWN)}-{subject_code(TOWN, kind, 'mobilitat')}" for kind in ("survey", "process")]
PAGES = [f"/r/{code}/{language}" for code in CODES for language in LANGUAGES]
HEAVIEST = 150_000
"""Bytes of a page."""
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
NARROW = 320
"""CSS pixels: a phone, or a page of 1280 at 400 % (WCAG 1.4.10)."""


@pytest.fixture
async def world(
    sqlite_template: Path, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """Three hundred answers, added up and drawn; commands run on the same store."""
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.sqlite3')}"
    monkeypatch.setenv("PARTICIPABOT_DATABASE_URL", url)
    async with open_world("telegram", url, keys, tmp_path / "towns", {TOWN}) as world:
        responses = [*CROWD.responses(survey_of(world.app, "mobilitat"), world.clock(), 300)]
        await world.app.store.turn(TOWN, "", partial(add, responses=responses))
        await world.app.tallies.sweep()
        yield world


async def violations(page: Page) -> list[str]:
    """What axe objects to, with where it stands."""
    found = await Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    return [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found.response["violations"]]


async def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    width: int = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


async def test_public_pages_are_for_everybody(browser: Browser, world: World) -> None:
    page = await browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        got = await page.goto(f"http://127.0.0.1:{world.port}{path}")
        assert got is not None
        assert got.status == 200
        assert len(await got.body()) < HEAVIEST
        assert await violations(page) == [], path
        await page.set_viewport_size({"width": NARROW, "height": 640})
        assert await overflow(page) <= 0, path
        await page.set_viewport_size({"width": 1280, "height": 800})
    assert {re.match(r"http://127\.0\.0\.1:\d+/", url) is not None for url in asked} == {True}


async def test_a_keyboard_reaches_every_link_and_every_wide_table(browser: Browser, world: World) -> None:
    page = await browser.new_page()
    await page.goto(f"http://127.0.0.1:{world.port}{PAGES[2]}")
    reached = []
    for _ in range(60):
        await page.keyboard.press("Tab")
        reached.append(await page.evaluate("document.activeElement.outerHTML.slice(0, 150)"))
        seen = "document.activeElement.matches('body, :focus-visible')"
        assert await page.evaluate(seen), reached[-1]
    wanted: list[str] = await page.evaluate(
        "[...document.querySelectorAll('a[href], [tabindex]')].map(each => each.outerHTML.slice(0, 150))"
    )
    assert {*wanted} <= {*reached}
    await page.focus("nav a")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/ca")
    assert await page.evaluate("document.documentElement.lang") == "ca"


async def test_no_script_is_needed(browser: Browser, world: World) -> None:
    context = await browser.new_context(java_script_enabled=False, locale="es-ES")
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{world.port}/r/{CODES[1]}")
    await page.get_by_role("link", name="¿Cómo te mueves por Vallserena?").click()
    words = await page.inner_text("main")
    assert "¿Dónde vives?" in words
    assert re.search(r"Centro\s+\d+\s+\d+ %", words)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_files_to_publish_are_pages_for_everybody_and_for_paper(
    browser: Browser, world: World, tmp_path: Path, language: str
) -> None:
    of = ("--language", language)
    printed("results", "mobilitat", "--html", *of, "--output", tmp_path / "results.html")
    printed("dropoff", "mobilitat", *of, "--html", tmp_path / "dropoff.html")
    towns = (EXAMPLES / "tenants", "--tenant", TOWN)
    printed("preview", "survey", "mobilitat", *of, "--html", tmp_path / "phones.html", *towns)
    page = await browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in ("results", "dropoff", "phones"):
        await page.goto((tmp_path / f"{name}.html").as_uri())
        assert await page.evaluate("document.documentElement.lang") == language
        assert await violations(page) == [], name
        await page.set_viewport_size({"width": NARROW, "height": 640})
        assert await overflow(page) <= 0, name
        await page.set_viewport_size({"width": 1280, "height": 800})
    assert {url.partition(":")[0] for url in asked} <= {"file", "data"}
    await page.goto((tmp_path / "results.html").as_uri())
    paper = await page.pdf(format="A4", print_background=False)
    assert 2 <= len(re.findall(rb"/Type /Page\b", paper)) <= 8
