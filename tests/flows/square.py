"""The square of an invented town: people who may publish and report, and the town's people who decide."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from sqlmodel import col, select

from flows.participation import comments, proposals, reports
from flows.participation.moderation import Ground, State
from flows.participation.process import Action, CommentRules, ProposalRules
from flows.participation.proposals import Draft
from flows.participation.tenant import Town
from flows.turn import Turn
from storage.database import Db
from storage.happenings import Happening
from storage.moderation import Item, Moderation, item_of
from tests.flows.hall import BODY, CHOICE, IDEAS, RULES, SHADE, TITLE, Citizen, vilanova

Value = TypeVar("Value")

STAFF = "staff:Mireia"


def square(*, reviewed_first: bool = False) -> Town:
    """The town with a process where people propose and comment at once."""
    phase = replace(IDEAS, allows=IDEAS.allows | {Action.COMMENT})
    rules: ProposalRules = replace(RULES, reviewed_first=reviewed_first)
    talk = CommentRules(reviewed_first=reviewed_first)
    return vilanova(replace(SHADE, phases=(phase, CHOICE), proposals=rules, comments=talk))


def somebody(citizen: Citizen, name: str) -> Citizen:
    """Another person of the same town, who has said all that a first write needs."""
    other = replace(citizen, id=0, said=None)

    def settle(turn: Turn) -> None:
        row = turn.participant
        row.language, row.public_name, row.wants_updates = "en", name, True
        row.attested_age, row.accepted_terms = 16, turn.town.terms.version

    other.act(settle)
    return other


def propose(author: Citizen, title: str = TITLE, body: str = BODY) -> str:
    """A proposal of theirs; its name."""
    return author.act(lambda turn: f"proposal:{proposals.submit(turn, 'shade', Draft(title, body)).reference}")


def comment(author: Citizen, about: str, words: str = "Two would be enough") -> str:
    """A comment of theirs; its name."""
    return author.act(lambda turn: f"comment:{comments.publish(turn, about, words).reference}")


def report(citizen: Citizen, name: str, ground: Ground = Ground.SPAM) -> None:
    """They report it."""
    citizen.act(lambda turn: reports.report(turn, name, ground))


def decide(citizen: Citizen, decision: Callable[..., Value], *arguments: object) -> Value:
    """A person of the town decides something about an item."""

    def work(db: Db) -> Value:
        return decision(db, *arguments, now=citizen.now, actor=STAFF)

    return citizen.store.run(citizen.town.id, work)


def item(citizen: Citizen, name: str) -> Item:
    """The item as it stands."""
    found = citizen.act(lambda turn: item_of(turn.db, name))
    assert found is not None
    return found


def state(citizen: Citizen, name: str) -> State:
    """Where it stands with the town's people."""
    return citizen.act(lambda turn: State(turn.db.one(Moderation, name).state))


def news(citizen: Citizen, subject: str) -> list[str]:
    """What happened to it that somebody will hear of, in order."""
    query = select(Happening.kind).where(col(Happening.subject) == subject).order_by(col(Happening.id))
    return citizen.act(lambda turn: list(turn.db.all(query)))
