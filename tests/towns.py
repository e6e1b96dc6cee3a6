"""A small invented town for tests that need one and no files."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flows.participation.process import Place, Process
from flows.participation.revision import content_of, hash_of
from flows.participation.survey import Option, Question, Survey, Type
from flows.participation.tenant import Support, Terms, Town

ZONE = ZoneInfo("Europe/Madrid")


def said(text: str) -> dict[str, str]:
    """One text in the three languages, each recognisable."""
    return {"ca": f"{text} (ca)", "es": f"{text} (es)", "en": text}


def local(text: str) -> datetime:
    """An aware time from "2026-11-25 10:00" in the town's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def slug_of(text: str) -> str:
    """The slug under which a thing of this name stands here: "Red wine" is "red-wine"."""
    return "-".join(text.lower().replace("+", "").split())


def a_question(
    slug: str,
    text: str = "",
    type: Type = Type.SINGLE_OPTION,
    options: Sequence[str] = (),
    rows: Sequence[str] = (),
    **more: Any,
) -> Question:
    """A question; an option that ends with "+" takes words of one's own."""
    return Question(
        slug,
        said(text or slug),
        type,
        tuple(Option(slug_of(each), said(each.removesuffix("+")), each.endswith("+")) for each in options),
        tuple(Place(slug_of(each), said(each)) for each in rows),
        **{"is_mandatory": type is not Type.FILES} | more,
    )


def a_survey(slug: str, *questions: Question, **more: Any) -> Survey:
    """A survey of these questions, with the hash of its content."""
    title, introduction = more.pop("title", said(slug)), more.pop("introduction", said(f"About {slug}"))
    content = content_of(title, introduction, questions)
    code = more.pop("code", f"{slug}code01")
    return Survey(slug, code, hash_of(content), title, introduction, questions, content=content, **more)


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
