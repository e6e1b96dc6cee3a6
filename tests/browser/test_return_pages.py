"""The return report of a process: a page for everybody, in each language, on a screen and on paper."""

from dataclasses import replace

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

from bot.results.report import Link, returned
from flows.participation.judgements import Verdict
from flows.participation.process import Outcome, Process
from flows.participation.result import Result
from flows.participation.returns import Returned
from flows.return_report import ReturnReport
from storage.judgements import Claimed, Word
from tests.conftest import NOW
from tests.towns import a_town, said

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HEAVIEST = 150_000
OUTCOME = Outcome(said("One of two is done"), NOW, "https://vallfosca.example.org/return")
PROCESS = Process("square", "squarecode01", said("The square"), {}, said("Why"), "", (), 16, outcome=OUTCOME)
BENCHES = Returned(
    reference="VAL-PROP-2026-11-0001",
    title="Benches <in the square>",
    author="Ana",
    published_at=NOW,
    state="accepted",
    answer=said("Yes.\nIn spring."),
    answered_at=NOW,
    supports=12,
    verdict=Verdict(Claimed.DONE, {Word.YES: 3, Word.NO: 1}),
    results=(Result("b", "b" * 12, "", said("Benches"), {}, said("Works"), 60, None, None, (), (), ""),),
)
FOUNTAIN = replace(BENCHES, reference="VAL-PROP-2026-11-0002", title="A fountain", author="", state="rejected")


@pytest.mark.parametrize("language", ["ca", "es", "en"])
async def test_a_return_report_is_a_page_for_everybody(browser: Browser, language: str) -> None:
    town = a_town((PROCESS,))
    rows = [BENCHES, FOUNTAIN, *(replace(FOUNTAIN, reference=f"VAL-PROP-2026-11-{each:04}") for each in range(3, 60))]
    links = [Link("/r/survey", "A survey")]
    others = [Link("/r/x/es", "Castellano", "es")]
    html = returned(ReturnReport(town, PROCESS, rows, language, NOW), links, others)
    assert len(html.encode()) < HEAVIEST
    page = await browser.new_page(viewport={"width": 320, "height": 640})
    await page.set_content(html)
    found = await Axe().run(page, options={"runOnly": RULES})
    assert [each["id"] for each in found.response["violations"]] == []
    assert await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert await page.locator("section").count() == len(rows)
    assert "Benches <in the square>" in await page.inner_text("main")
    await page.emulate_media(media="print")
    assert not await page.locator("nav").is_visible()
