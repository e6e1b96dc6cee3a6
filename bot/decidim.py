"""What Decidim's admin panel imports proposals from (0.30), with our reference, so that answers find the way back.

Decidim wants a title and a text in every language of its organisation. A proposal is written in one, so the same words
stand in all of them: nothing is translated, and nothing is refused.
"""

import re
from collections.abc import Iterator, Sequence

from flows.participation.tenant import Town
from storage.proposals import Proposal

VERSION = "0.30"
SEPARATOR = ";"
_MARK = re.compile(r"\s*\[([A-Z0-9]{2,10}-PROP-\d{4}-\d{2}-\d{4,})\]\s*\Z")


def import_columns(town: Town, *, has_places: bool) -> list[str]:
    """The header. Scopes, categories and coordinates are Decidim's own and left out; an address where there is one."""
    texts = [f"{name}/{language}" for name in ("title", "body") for language in town.languages]
    return [*texts, "address"] if has_places else texts


def import_rows(town: Town, proposals: Sequence[Proposal], *, has_places: bool) -> Iterator[list[str | None]]:
    """One row a proposal, in the order of the header."""
    for each in proposals:
        texts = [*[each.title] * len(town.languages), *[marked(each)] * len(town.languages)]
        yield [*texts, each.place or None] if has_places else [*texts]


def marked(proposal: Proposal) -> str:
    """The text with our reference as its last line."""
    return f"{proposal.body}\n\n[{proposal.reference}]"


def unmarked(body: str) -> tuple[str, str]:
    """The text without our reference, and the reference; empty where there is none."""
    found = _MARK.search(body)
    return (body[: found.start()], found[1]) if found else (body, "")
