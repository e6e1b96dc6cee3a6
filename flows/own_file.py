"""A person's own file as a page that any phone opens, in their language: one HTML document that loads nothing."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from html import escape

from flows.participation.my_data import Kept, OwnFile
from flows.turn import Turn

_STYLE = (
    "body{font:1rem/1.5 sans-serif;max-width:44rem;margin:auto;padding:1rem;color:#111;background:#fff}"
    "dl{border-left:3px solid #888;padding-left:.8rem;margin:1rem 0}dt{font-weight:bold}"
    "dd{margin:0 0 .4rem;white-space:pre-wrap;overflow-wrap:anywhere}"
)
_FREE = ("answer", "answers", "drafts")
"""What has other names in it than those of fields: languages, questions, flows."""


def page(turn: Turn, own: OwnFile) -> str:
    """Every section of the file, those that are empty as well, so that it is seen that there is nothing."""
    town = turn.words(turn.town.name)
    title = turn.t("What {town} keeps of you", town=town)
    names, labels, nothing = _names(turn), _labels(turn), turn.t("Nothing.")
    parts = [
        f'<!doctype html>\n<html lang="{escape(turn.language)}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>",
        f"<h1>{escape(title)}</h1><p>{escape(turn.day(turn.now))}</p>",
    ]
    for section, rows in own.items():
        parts.append(f"<h2>{escape(names.get(section, section))}</h2>")
        if not rows:
            parts.append(f"<p>{escape(nothing)}</p>")
        parts += [_rows(turn, labels, row) for row in rows]
    more = turn.t("The JSON file has all of it, with its technical details.")
    parts.append(f"<p>{escape(more)}</p>")
    parts.append("</main></body></html>\n")
    return "\n".join(parts)


def _rows(turn: Turn, labels: Mapping[str, str], kept: Kept, is_free: bool = False) -> str:
    known = [(name, value) for name, value in kept.items() if name in labels or is_free]
    told = [(labels.get(name, name), _value(turn, labels, value, name in _FREE)) for name, value in known]
    lines = [f"<dt>{escape(label)}</dt><dd>{value}</dd>" for label, value in told if value]
    return f"<dl>{''.join(lines)}</dl>" if lines else ""


def _value(turn: Turn, labels: Mapping[str, str], value: object, is_free: bool = False) -> str:
    if isinstance(value, bool):
        return escape(turn.t("yes") if value else turn.t("no"))
    if isinstance(value, dict):
        return _rows(turn, labels, value, is_free)
    if isinstance(value, list):
        return "".join(_value(turn, labels, each) for each in value)
    if value is None:
        return ""
    return escape(_moment(turn, value) if isinstance(value, str) else str(value))


def _moment(turn: Turn, text: str) -> str:
    """A time in the town's zone and the person's words; any other text as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.tzinfo is None:
        return text
    return f"{turn.day(moment)}, {moment.astimezone(turn.town.zone):%H:%M}"


def _names(turn: Turn) -> dict[str, str]:
    return {
        "profile": turn.t("You"),
        "addresses": turn.t("Where we write to you"),
        "consents": turn.t("What you said yes or no to"),
        "proposals": turn.t("Your proposals"),
        "comments": turn.t("Your comments"),
        "supports": turn.t("What you support"),
        "responses": turn.t("Your survey answers"),
        "anonymous": turn.t("Surveys you answered without your name"),
        "attachments": turn.t("Your photos and documents"),
        "follows": turn.t("What you follow"),
        "topics": turn.t("What you want to hear of"),
        "preferences": turn.t("How often you want to hear"),
        "judgements": turn.t("What you said of what became of proposals"),
        "broadcasts": turn.t("What the town told many at once, and you"),
        "reminders": turn.t("What you asked to be reminded of"),
        "reports": turn.t("What you reported"),
        "tickets": turn.t("Your questions to people of the town"),
        "conversation": turn.t("Where you are in the conversation, and your drafts"),
        "messages": turn.t("The latest messages we sent you"),
    }


def _labels(turn: Turn) -> dict[str, str]:
    """Words for the fields that people look for; those without are in the JSON file alone."""
    return dict(_said(turn))


def _said(turn: Turn) -> Iterator[tuple[str, str]]:
    yield "language", turn.t("language")
    yield "public_name", turn.t("public name")
    yield "author_name", turn.t("public name")
    yield "attested_age", turn.t("age you said you have reached")
    yield "accepted_terms", turn.t("version of the terms you accepted")
    yield "wants_updates", turn.t("wants news")
    yield "is_easy", turn.t("plain language")
    yield "channel", turn.t("channel")
    yield "purpose", turn.t("about")
    yield "subject", turn.t("about")
    yield "item", turn.t("about")
    yield "granted", turn.t("you said yes")
    yield "version", turn.t("version")
    yield "given_at", turn.t("when")
    yield "created_at", turn.t("since")
    yield "followed_at", turn.t("since")
    yield "due_at", turn.t("when")
    yield "published_at", turn.t("published")
    yield "submitted_at", turn.t("sent")
    yield "written_at", turn.t("when")
    yield "said_at", turn.t("when")
    yield "reference", turn.t("reference")
    yield "title", turn.t("title")
    yield "body", turn.t("text")
    yield "text", turn.t("text")
    yield "place", turn.t("place")
    yield "category", turn.t("category")
    yield "process", turn.t("process")
    yield "state", turn.t("state")
    yield "answer", turn.t("answer")
    yield "answers", turn.t("answers")
    yield "drafts", turn.t("drafts")
    yield "frame", turn.t("now")
    yield "about", turn.t("about")
    yield "survey", turn.t("survey")
    yield "receipt", turn.t("receipt")
    yield "reason", turn.t("reason")
    yield "messages", turn.t("messages")
    yield "author", turn.t("who")
