"""How what waits for a decision is read: a list, and one item with its history."""

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct, to_builtins
from rich.text import Text

from bot.cli.folder import out, print_json
from flows.moderated import title
from flows.participation.moderation import OPEN, State, is_there
from flows.text import cut
from storage.attachments import attachments_of
from storage.comments import comments_by_author
from storage.database import Db
from storage.moderation import (
    Item,
    Moderation,
    item_of,
    moderations_appealed,
    moderations_in,
    unjudged_reports,
    versions_of,
)
from storage.participants import Participant
from storage.proposals import Proposal, proposals_by_author
from storage.tickets import open_tickets

_SHOWN = 60


class Line(Struct, frozen=True):
    """One item of the list; for somebody who is blocked, the last that they published."""

    reference: str
    state: str
    reports: Mapping[str, int]
    """Undecided ones by reason; never by whom."""
    reason: str
    opened_at: str
    decided_by: str
    appealed_at: str
    title: str


def lines_of(db: Db, *, is_whole: bool) -> list[Line]:
    """What nobody has decided about; then, where all is wanted, the rest."""
    states = list(State) if is_whole else OPEN
    rows = moderations_in(db, states)
    known = {row.item for row in rows}
    rows += [row for row in moderations_appealed(db) if row.item not in known]
    rows.sort(key=lambda row: row.state not in OPEN and row.appealed_at is None)
    items = [(row, _item(db, row.item)) for row in rows]
    return [_line(db, row, item) for row, item in items if is_whole or item is None or is_there(item)]


def print_lines(lines: Sequence[Line], *, as_json: bool) -> None:
    """The list."""
    if as_json:
        print_json(to_builtins(lines))
        return
    for line in lines:
        said = ", ".join(f"{ground} ×{count}" for ground, count in line.reports.items()) or line.reason
        marks = [line.state, *(["appealed"] if line.appealed_at else []), *([said] if said else [])]
        out.print(Text(f"{line.reference}  {line.opened_at[:10]}  {' · '.join(marks)}  {line.title}"))
    if not lines:
        out.print("Nothing waits for a decision.")


def facts_of(db: Db, name: str) -> dict[str, object] | None:
    """One item, whole; None where there is none."""
    item = item_of(db, name)
    if item is None:
        return None
    row = db.find(Moderation, name) or Moderation(item=name, state=State.KEPT, opened_at=item.published_at)
    author = db.find(Participant, item.author_id) if item.author_id is not None else None
    return {
        "reference": item.reference,
        "state": row.state,
        "reason": row.ground,
        "told": dict(row.reason),
        "decided_by": row.decided_by,
        "appealed_at": _time(row.appealed_at),
        "appeal": [ticket.code for ticket in open_tickets(db) if ticket.about == name],
        "hidden_at": _time(item.hidden_at),
        "reports": _reports(db, name),
        "author": item.author_name,
        "blocked_at": _time(author.blocked_at) if author is not None else "",
        **({"title": item.title} if isinstance(item, Proposal) else {}),
        "body": item.body,
        "attachments": [f"{each.name}{' (hidden)' if each.hidden_at else ''}" for each in attachments_of(db, name)],
        "versions": [
            {"why": each.why, "by": each.by, "replaced_at": _time(each.replaced_at), "was": each.content}
            for each in versions_of(db, name)
        ],
    }


def print_facts(facts: Mapping[str, object], *, as_json: bool) -> None:
    """Those that say something."""
    if as_json:
        print_json(facts)
        return
    for label, fact in facts.items():
        if isinstance(fact, list):
            for number, each in enumerate(fact, 1):
                out.print(Text(f"{label} {number}: {each}"))
        elif fact:
            out.print(Text(f"{label}: {fact}"))


def _line(db: Db, row: Moderation, item: Item | None) -> Line:
    return Line(
        reference=item.reference if item is not None else row.item,
        state=row.state,
        reports=_reports(db, row.item),
        reason=row.ground,
        opened_at=_time(row.opened_at),
        decided_by=row.decided_by,
        appealed_at=_time(row.appealed_at),
        title=cut(title(item), _SHOWN) if item is not None else "",
    )


def _item(db: Db, name: str) -> Item | None:
    whose, _, number = name.partition(":")
    if whose != "participant":
        return item_of(db, name)
    mine: list[Item] = [*proposals_by_author(db, int(number)), *comments_by_author(db, int(number))]
    return max(mine, key=lambda item: item.published_at, default=None)


def _reports(db: Db, name: str) -> dict[str, int]:
    return dict(Counter(report.reason for report in unjudged_reports(db, name)).most_common())


def _time(moment: object) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else ""
