"""A town's answers as a file brings them: Decidim's own files, or a plain one with our references. Read, never guessed.

A row is ours by our reference at the end of its text (as our export for Decidim writes it), by a list that says which
id of Decidim is which text, or by exactly the same title and text. Rows that are not ours are passed over and counted.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import NamedTuple

from bot.decidim import unmarked
from bot.sheet import Fault, Record, as_written
from flows.participation.proposals import ANSWERED_STATES
from flows.participation.tenant import Town
from flows.participation.writing import one_line, paragraphs
from storage.proposals import Proposal

_TAG = re.compile(r"</?(p|br|div|ul|ol|li|strong|em|b|i|u|a|h[1-6]|span|blockquote)\b[^>]*>", re.IGNORECASE)
_BREAKS = frozenset(("p", "br", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"))
_UNANSWERED = frozenset(("", "not_answered", "withdrawn"))


class Answer(NamedTuple):
    """One answer to publish, from this line of the file."""

    line: int
    reference: str
    state: str
    words: dict[str, str]


class Ours:
    """The town's proposals, to be found by what a file says of them."""

    def __init__(self, proposals: Iterable[Proposal]) -> None:
        self.references: set[str] = set()
        self._by_text: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._of_id: dict[str, set[str]] = {}
        for each in proposals:
            self.references.add(each.reference)
            self._by_text[_folded(each.title, each.body)].add(each.reference)

    def learn(self, records: Iterable[Record]) -> None:
        """Which id of Decidim is which of ours, from Decidim's export of proposals."""
        for record in records:
            self._of_id[record.cells.get("id", "")] = self._by_words(record)

    def of(self, record: Record) -> set[str] | None:
        """The references that a row may be about: one where it is clear; None where nothing can tell."""
        cells = record.cells
        if "id" not in cells:
            reference = one_line(cells.get("reference", "")).upper()
            return {reference} if reference in self.references else None
        if any(name.startswith("body/") for name in cells):
            return self._by_words(record)
        return self._of_id.get(cells["id"])

    def _by_words(self, record: Record) -> set[str]:
        bodies = _by_language(record, "body")
        marked = {unmarked(body)[1] for body in bodies.values()} & self.references
        if marked:
            return marked
        titles = _by_language(record, "title")
        same = [self._by_text.get(_folded(titles.get(each, ""), body), set()) for each, body in bodies.items()]
        return set().union(*same)


def answers_in(records: Iterable[Record], town: Town, ours: Ours) -> Iterator[Answer | Fault | None]:
    """What each row says: an answer, what is wrong with it, or None where it is not ours or not answered."""
    before: dict[str, int] = {}
    for record in records:
        found = _answer_in(record, town, ours)
        if isinstance(found, Answer):
            if found.reference in before:
                what = f"{found.reference} is answered in line {before[found.reference]} already"
                yield Fault(record.line, what, "leave one of them")
                continue
            before[found.reference] = found.line
        yield found


def _answer_in(record: Record, town: Town, ours: Ours) -> Answer | Fault | None:
    cells, line = record.cells, record.line
    if "state" not in cells or not any(name.startswith("answer/") for name in cells):
        return Fault(line, "there is no column `state` or no `answer/<language>`", "it has to be a file of answers")
    state = cells["state"].strip()
    if state in _UNANSWERED or not cells.get("state_published_at", "published").strip():
        return None
    references = ours.of(record)
    if references is None and "id" in cells:
        hint = "give Decidim's export, --proposals; our references belong in a column `reference`"
        return Fault(line, f"nothing says which proposal the id {cells['id']} is", hint)
    if references is None:
        reference = cells.get("reference", "")
        return Fault(line, f"there is no proposal {reference!r}", "it may be withdrawn, or of another town")
    if not references:
        return None
    if len(references) > 1:
        listed = ", ".join(sorted(references))
        return Fault(line, f"it may be any of {listed}", "answer them one by one: `participabot answer`")
    if state not in ANSWERED_STATES:
        return Fault(line, f"`{state}` is not a state here", f"one of: {', '.join(ANSWERED_STATES)}")
    words = {name: text for name, text in _by_language(record, "answer").items() if name in town.languages and text}
    if not words:
        return Fault(line, "the answer has no words", f"fill answer/{town.language}")
    return Answer(line, references.pop(), state, words)


def _by_language(record: Record, name: str) -> dict[str, str]:
    return {
        column.partition("/")[2]: _plain(as_written(cell))
        for column, cell in record.cells.items()
        if column.startswith(f"{name}/")
    }


def _folded(title: str, body: str) -> tuple[str, str]:
    return one_line(title), one_line(body)


def _plain(text: str) -> str:
    """The words of what Decidim's editor wrote, as lines."""
    if not _TAG.search(text):
        return paragraphs(text)
    reader = _Words()
    reader.feed(text)
    reader.close()
    return paragraphs("".join(reader.said))


class _Words(HTMLParser):
    """Text with a line end where a paragraph ends."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKS:
            self.said.append("\n\n" if tag == "p" else "\n")

    def handle_data(self, data: str) -> None:
        self.said.append(data)
