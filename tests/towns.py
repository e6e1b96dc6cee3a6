"""A small invented town for tests that need one and no files."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from flows.participation.process import Process
from flows.participation.survey import Survey
from flows.participation.tenant import Support, Terms, Town

ZONE = ZoneInfo("Europe/Madrid")


def said(text: str) -> dict[str, str]:
    """One text in the three languages, each recognisable."""
    return {"ca": f"{text} (ca)", "es": f"{text} (es)", "en": text}


def local(text: str) -> datetime:
    """An aware time from "2026-11-25 10:00" in the town's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def a_town(
    processes: tuple[Process, ...] = (),
    surveys: tuple[Survey, ...] = (),
    languages: tuple[str, ...] = ("ca", "es", "en"),
) -> Town:
    """A town with these spaces and every document it needs."""
    return Town(
        id="vallfosca",
        code="vallfosca1",
        name=said("Vallfosca"),
        languages=languages,
        zone=ZONE,
        prefix="VAL",
        keyword="VALLFOSCA",
        official_url="https://vallfosca.example.org",
        minimum_age=14,
        terms=Terms("1", said("Terms of use"), "t" * 64),
        privacy_short=said("Who we are and why."),
        privacy=Terms("1", said("Privacy notice"), "p" * 64),
        support=Support("+34 600 000 010", "participa@example.org", frozenset(range(5)), time(9), time(12)),
        help=said("Help of the town"),
        processes=processes,
        surveys=surveys,
    )
