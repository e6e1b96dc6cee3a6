"""Answers on paper or from an assembly, as a file brings them: a row for each sheet, a column for each item.

A column is named by its item ("barri", "servei.bus") or as our export names it ("1. Where do you live?"). A cell holds
words; or options by number, by slug, or by name in any language, several with a separator: "1 3", "peu, bici".
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.sheet import Fault, Record, as_written
from flows.participation.answers import check, kept
from flows.participation.conditions import asked
from flows.participation.refusal import Reason, Refused
from flows.participation.survey import MATRICES, SILENT, WRITTEN, Item, Question, Survey, Type
from flows.picks import NoSuchNumber, read_picks
from flows.step import Choice

DATE = "date"
_NUMBERED = re.compile(r"(\d+)\. ")
_WHY: Mapping[Reason, str] = {
    Reason.QUESTION_UNANSWERED: "has no answer, and the question needs one",
    Reason.OPTION_TWICE: "names an option twice",
    Reason.ONE_OPTION: "has several options, and only one can be chosen",
    Reason.TOO_MANY_OPTIONS: "has too many options",
    Reason.NOT_ALL_SORTED: "does not put all options in order",
    Reason.TEXT_TOO_LONG: "is too long",
    Reason.TEXT_EMPTY: "is blank",
}


class Sheet(NamedTuple):
    """One person's answers, from this line of the file."""

    line: int
    answers: dict[str, str]
    at: datetime


def template(survey: Survey) -> list[str]:
    """The header of a file that can be imported."""
    return [DATE, *(item.key for item in _items(survey))]


def sheets_in(records: Iterable[Record], survey: Survey, zone: ZoneInfo, now: datetime) -> Iterator[Sheet | Fault]:
    """What each row says: answers, or what is wrong with it. Everything wrong in a row is told."""
    columns: dict[str, Item] | None = None
    for record in records:
        if columns is None:
            columns = _columns(survey, record.cells)
            unknown = [name for name in record.cells if name not in columns and name != DATE]
            if unknown:
                hint = f"known: {', '.join(template(survey))}"
                yield from (Fault(1, f"there is no question `{name[:60]}`", hint) for name in unknown)
                return
        yield from _sheet(record, columns, survey, zone, now)


def _sheet(
    record: Record, columns: Mapping[str, Item], survey: Survey, zone: ZoneInfo, now: datetime
) -> Iterator[Sheet | Fault]:
    faults: list[Fault] = []
    said: dict[str, str] = {}
    for name, item in columns.items():
        cell = as_written(record.cells[name].strip())
        try:
            said[item.key] = _read(item, cell) if cell else ""
        except ValueError as wrong:
            faults.append(Fault(record.line, f"{name[:40]}: {wrong}", _hint(item.question)))
    at = _day(record, zone, now)
    if isinstance(at, Fault):
        faults.append(at)
    is_shown = {item.key for item in asked(survey, said)}
    for item in _items(survey) if not faults else ():
        what = _refused(item, said.get(item.key, ""), item.key in is_shown)
        if what:
            faults.append(Fault(record.line, f"{item.key}: {what}", _hint(item.question)))
    if faults or isinstance(at, Fault):
        yield from faults
        return
    answers = {item.key: check(item, said.get(item.key, "")) for item in asked(survey, said)}
    yield Sheet(record.line, {key: answer for key, answer in answers.items() if answer}, at)


def _refused(item: Item, answer: str, is_shown: bool) -> str:
    if not is_shown:
        return "is answered, and is not asked of who answered so before" if answer else ""
    try:
        check(item, answer)
    except Refused as refused:
        return _WHY.get(refused.reason, refused.reason.value)
    return ""


def _items(survey: Survey) -> list[Item]:
    """What a sheet of paper can answer."""
    asking = (each for each in survey.questions if each.type not in SILENT and each.type is not Type.FILES)
    return [item for question in asking for item in question.items]


def _columns(survey: Survey, header: Iterable[str]) -> dict[str, Item]:
    """Which column answers what."""
    items = {item.key: item for item in _items(survey)}
    questions = [each for each in survey.questions if each.type not in SILENT]
    found: dict[str, Item] = {}
    for name in header:
        if name in items:
            found[name] = items[name]
        elif (numbered := _NUMBERED.match(name)) and 0 < int(numbered[1]) <= len(questions):
            question = questions[int(numbered[1]) - 1]
            if question.type not in MATRICES and question.slug in items:
                found[name] = items[question.slug]
    return found


def _read(item: Item, cell: str) -> str:
    """A cell as the answer it stands for; raises `ValueError` that says what is wrong."""
    question = item.question
    if question.type in WRITTEN:
        return cell
    options = [Choice(option.slug, option.slug, tuple(option.name.values())) for option in question.options]
    try:
        picked = read_picks(cell, options, question.type is Type.SORTING)
    except NoSuchNumber as unknown:
        raise ValueError(f"there is no option {unknown.number}") from None
    if picked is None:
        raise ValueError(f"`{cell[:40]}` is no option")
    slugs = [options[place].value for place in picked.places]
    return kept(slugs, {slugs[-1]: picked.words} if picked.words else {})


def _day(record: Record, zone: ZoneInfo, now: datetime) -> datetime | Fault:
    """The day on which the sheet was filled in; today where none is given."""
    written = record.cells.get(DATE, "").strip()
    if not written:
        return now
    try:
        at = datetime.combine(date.fromisoformat(written), time(12), zone)
    except ValueError:
        return Fault(record.line, f"{DATE}: `{written[:20]}` is not a date", "write it as 2026-11-25")
    return at if at <= now else Fault(record.line, f"{DATE}: {written} is still to come", "is the year right?")


def _hint(question: Question) -> str:
    if not question.options:
        return f"at most {question.max_characters} characters"
    slugs = ", ".join(f"{number} {option.slug}" for number, option in enumerate(question.options, 1))
    return f"options: {slugs}"
