"""Comments: Decidim's rules for what is said under a proposal or in a debate, each with its own refusal."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flows.participation import consent
from flows.participation.debates import check_can_speak, visible_debate
from flows.participation.follows import shown_proposal
from flows.participation.moderation import hold
from flows.participation.process import CommentRules, Process
from flows.participation.references import COMMENT, free_reference, looks_like_one, new_code
from flows.participation.refusal import Reason, Refused, why_not
from flows.participation.spaces import check_can_comment, visible_process
from flows.participation.words import Words
from flows.participation.writing import paragraphs, repeated
from flows.turn import Turn
from storage.audit import record
from storage.comments import Comment, comment_of_reference
from storage.happenings import Happening
from storage.proposals import Proposal

DEEPEST = 3
SIDES = (1, 0, -1)
"""For, neutral, against."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What people comment on, as far as the rules of commenting go; `title` is its author's or the town's."""

    subject: str
    title: str | Words
    rules: CommentRules
    min_age: int
    refusal: Refused | None
    """Why nobody can comment on it now; None while everybody can."""


def topic_of(turn: Turn, subject: str) -> Topic:
    """A proposal or a debate, if it may be shown."""
    kind, _, name = subject.partition(":")
    if kind == "debate":
        debate = visible_debate(turn.db, turn.town, name)
        process = turn.town.process(debate.process)
        given = process.comments if process is not None else CommentRules()
        rules = CommentRules(given.length, debate.has_sides, given.reviewed_first)
        return Topic(subject, debate.title, rules, debate.min_age, why_not(lambda: check_can_speak(debate, turn.now)))
    if kind == "proposal":
        proposal = shown_proposal(turn, name)
        process = visible_process(turn.db, turn.town, proposal.process)
        refusal = why_not(lambda: _check_proposal(proposal, process, turn.now))
        return Topic(subject, proposal.title, process.comments, process.min_age, refusal)
    raise Refused(Reason.SPACE_UNKNOWN)


def shown_comment(turn: Turn, reference: str) -> Comment:
    """The comment with this reference, if it may be shown.

    To its author alone, where it is hidden or what it is about can no longer be read.
    """
    found = comment_of_reference(turn.db, reference) if looks_like_one(reference) else None
    is_own = found is not None and found.author_id == turn.participant_id
    if found is None or not (is_own or (found.hidden_at is None and is_about_shown(turn, found))):
        raise Refused(Reason.COMMENT_UNKNOWN, reference=repeated(reference))
    return found


def is_about_shown(turn: Turn, comment: Comment) -> bool:
    """What the comment is about may be shown to this person."""
    return why_not(lambda: topic_of(turn, comment.subject)) is None


def check_may_comment(turn: Turn, about: str) -> tuple[Topic, Comment | None]:
    """What is commented on, and which comment is answered, if any, where that can be done now.

    `about` is a subject ("proposal:<reference>", "debate:<slug>"), or the comment to answer ("comment:<reference>").
    """
    kind, _, name = about.partition(":")
    parent = shown_comment(turn, name) if kind == "comment" else None
    topic = topic_of(turn, parent.subject if parent is not None else about)
    if topic.refusal is not None:
        raise topic.refusal
    if parent is not None:
        _check_answerable(parent)
    return topic, parent


def check_body(text: str, topic: Topic) -> str:
    """The words as they are kept."""
    body, most = paragraphs(text), topic.rules.length
    if not body:
        raise Refused(Reason.COMMENT_EMPTY)
    if len(body) > most:
        raise Refused(Reason.COMMENT_TOO_LONG, length=len(body), most=most, count=len(body) - most)
    return body


def check_side(side: int, topic: Topic, parent: Comment | None) -> int:
    """A side is taken only where the topic has sides, and not by who answers somebody."""
    if side not in SIDES or (side and (parent is not None or not topic.rules.has_sides)):
        raise Refused(Reason.SIDE_UNKNOWN)
    return side


def publish(turn: Turn, about: str, body: str, side: int = 0) -> Comment:
    """Say something in the name of the turn's participant; everything is checked again, as if nothing had been.

    Where the town reads first, it is sent and waits to be published.
    """
    topic, parent = check_may_comment(turn, about)
    author = consent.check(turn, topic.min_age)
    comment = Comment(
        tenant_id=turn.town.id,
        reference=free_reference(turn.town, COMMENT, turn.now, partial(comment_of_reference, turn.db)),
        code=new_code(),
        subject=topic.subject,
        parent_id=parent.id if parent is not None else None,
        depth=parent.depth + 1 if parent is not None else 0,
        side=check_side(side, topic, parent),
        author_id=author.id,
        author_name=author.public_name,
        language=turn.language,
        body=check_body(body, topic),
        published_at=turn.now,
    )
    turn.db.add(comment)
    if topic.rules.reviewed_first:
        hold(turn.db, comment, turn.now)
    item = f"comment:{comment.reference}"
    what = "comment_published" if comment.hidden_at is None else "comment_sent"
    record(turn.db, turn.actor, what, item, turn.now, {"on": topic.subject})
    if comment.hidden_at is None:
        turn.db.add(Happening(kind=what, subject=item, happened_at=turn.now, actor_id=author.id))
    return comment


def take_back(turn: Turn, reference: str) -> Comment:
    """Its author unsays it: its place in the thread stays, for the answers below it."""
    comment = shown_comment(turn, reference)
    if comment.author_id != turn.participant_id:
        raise Refused(Reason.NOT_THE_AUTHOR)
    if comment.deleted_at is None:
        comment.deleted_at = turn.now
        item = f"comment:{comment.reference}"
        record(turn.db, turn.actor, "comment_taken_back", item, turn.now)
    return comment


def _check_proposal(proposal: Proposal, process: Process, now: datetime) -> None:
    if proposal.hidden_at is not None or proposal.withdrawn_at is not None:
        raise Refused(Reason.HIDDEN_TAKES_NO_COMMENTS)
    check_can_comment(process, now)


def _check_answerable(comment: Comment) -> None:
    if comment.hidden_at is not None:
        raise Refused(Reason.HIDDEN_TAKES_NO_COMMENTS)
    if comment.deleted_at is not None:
        raise Refused(Reason.COMMENT_TAKEN_BACK)
    if comment.depth >= DEEPEST:
        raise Refused(Reason.TOO_DEEP)
