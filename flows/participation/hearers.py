"""Whom something that happened concerns: who follows it, whose it is, whose words were answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from flows.participation.debates import visible_debates
from flows.participation.result import Result
from flows.participation.tenant import Town
from flows.participation.words import Words
from storage.comments import Comment, authors_of
from storage.database import Db
from storage.follows import followers_after, followers_of
from storage.proposals import Proposal, proposal_of_reference
from storage.responses import participants_after


@dataclass(frozen=True, slots=True)
class Commented:
    """What people comment on: what its author or the town calls it, and whose it is."""

    title: str | Words
    author_id: int | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """The comments that concern somebody, the last at the end; `is_answer`: that one answers a comment of theirs."""

    said: Sequence[Comment]
    is_answer: bool


def hearers_of(db: Db, proposal: Proposal) -> set[int]:
    """Its author, and who follows it."""
    own = {proposal.author_id} if proposal.author_id is not None else set()
    return {*followers_of(db, f"proposal:{proposal.reference}"), *own}


def hearers_of_result(db: Db, result: Result) -> set[int]:
    """Who follows it, its process, or a proposal that it carries out, and whoever made that one."""
    hearers = {*followers_of(db, f"result:{result.slug}")}
    if result.process:
        hearers |= {*followers_of(db, f"process:{result.process}")}
    for reference in result.proposals:
        if (proposal := proposal_of_reference(db, reference)) is not None and is_readable(proposal):
            hearers |= hearers_of(db, proposal)
    return hearers


def hearers_of_survey(db: Db, town: Town, survey: str, after: int, most: int) -> list[int]:
    """Who has answered it, or follows a process that asks it, in order of their ids: so many after that one."""
    processes = [f"process:{process.slug}" for process in town.asking(survey)]
    answered = participants_after(db, survey, after, most)
    return sorted({*answered, *followers_after(db, processes, after, most)})[:most]


def hearers_of_comments(db: Db, subject: str, said: Sequence[Comment]) -> dict[int, Heard]:
    """By person, those of the comments on a subject that concern them: all of them, or the answers to theirs alone.

    Whoever follows the subject hears of each, among them the author of a proposal, who does from the start; nobody
    hears of their own.
    """
    answered = authors_of(db, {each.parent_id for each in said if each.parent_id is not None})
    followers = set(followers_of(db, subject))
    heard: dict[int, Heard] = {}
    for person in followers | set(answered.values()):
        answers = [each for each in said if each.parent_id is not None and answered.get(each.parent_id) == person]
        mine = [each for each in (said if person in followers else answers) if each.author_id != person]
        if mine:
            heard[person] = Heard(mine, is_answer=mine[-1] in answers)
    return heard


def commented_on(db: Db, town: Town, subject: str) -> Commented | None:
    """What is commented on; None where not everybody may read it any more."""
    kind, _, name = subject.partition(":")
    if kind == "debate":
        titles = {debate.slug: debate.title for debate in visible_debates(db, town)}
        return Commented(titles[name]) if name in titles else None
    proposal = proposal_of_reference(db, name)
    return Commented(proposal.title, proposal.author_id) if proposal is not None and is_readable(proposal) else None


def is_readable(proposal: Proposal) -> bool:
    """Everybody may read it."""
    return proposal.hidden_at is None and proposal.withdrawn_at is None
