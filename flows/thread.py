"""How a discussion is told: how many on each side, a line for each voice, and words quoted so that they stay theirs."""

from flows import card
from flows.explain import explain
from flows.participation.comments import Topic, check_may_comment, topic_of
from flows.participation.refusal import Refused
from flows.step import Choice
from flows.text import cut
from flows.turn import Turn
from storage.comments import Comment, Tally, comment_of_reference, counts_of_replies, latest_comments, tally_of
from storage.moderation import Item

_LISTED = 40
_NEWEST = 2**62
_BAR = 10
_GLIMPSE = 120
_ALSO = ("comenta", "comentar", "comentaris", "comentarios", "comment", "comments")


def quoted(text: str) -> str:
    """Somebody's words, marked on every line: they cannot look like ours."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def glimpse(text: str) -> str:
    """The beginning of somebody's words, quoted on one line."""
    return quoted(cut(text, _GLIMPSE))


def title_of(turn: Turn, topic: Topic) -> str:
    """What is commented on, in its author's words or the town's."""
    return topic.title if isinstance(topic.title, str) else turn.words(topic.title)


def author_of(turn: Turn, item: Item) -> str:
    """Who said it, by the name of that day."""
    return item.author_name if item.author_id is not None else turn.t("a participant who has left")


def side(turn: Turn, value: int) -> str:
    """A side, as a word of a list."""
    return {1: turn.t("for"), -1: turn.t("against")}.get(value, turn.t("neutral"))


def said_by(turn: Turn, comment: Comment) -> str:
    """Who said it, on which side, and when: the line above the words."""
    author, day = author_of(turn, comment), turn.day(comment.published_at)
    if comment.side:
        return turn.t("{author} ({side}), {day}:", author=author, side=side(turn, comment.side), day=day)
    return turn.t("{author}, {day}:", author=author, day=day)


def in_short(turn: Turn, tally: Tally) -> str:
    """How many comments, and how many for and against, where anybody took a side: "7 comments (4 for, 2 against)"."""
    count = _count(turn, tally)
    if not tally.agreeing and not tally.against:
        return count
    return turn.t(
        "{comments} ({agreeing} for, {against} against)",
        comments=count,
        agreeing=tally.agreeing,
        against=tally.against,
    )


def told(turn: Turn, tally: Tally, *, has_sides: bool) -> str:
    """How many comments, a line for each side with a bar as long as its share, and the answers, which take none."""
    if not tally or not has_sides:
        return _count(turn, tally) if tally else turn.t("Nobody has said anything yet.")
    sides = (
        (turn.t("For: {count}", count=tally.agreeing), tally.agreeing),
        (turn.t("Neutral: {count}", count=tally.neutral), tally.neutral),
        (turn.t("Against: {count}", count=tally.against), tally.against),
    )
    most = max(1, *(count for _, count in sides))
    lines = [f"{label} {'#' * -(-_BAR * count // most)}".rstrip() for label, count in sides]
    if answers := tally.every - tally.agreeing - tally.neutral - tally.against:
        lines.append(turn.t("Answers: {count}", count=answers))
    return "\n".join((_count(turn, tally), *lines))


def comments_choice(turn: Turn, subject: str) -> list[Choice]:
    """On a card: what was said about it, or to be the first to say something; nothing where neither can be."""
    if tally := tally_of(turn.db, subject):
        return [Choice(f"listen.thread:{subject}", turn.t("Read {comments}", comments=in_short(turn, tally)), _ALSO)]
    return [speak_choice(subject, turn.t("Comment"))] if topic_of(turn, subject).refusal is None else []


def speak_choice(about: str, label: str) -> Choice:
    """Say something about a subject, or in answer to a comment."""
    return Choice(f"comment.start|{about}", label, _ALSO)


def voices(turn: Turn, subject: str, parent: Comment | None, below: str = "") -> list[Choice]:
    """The comments that answer this one (None: the subject itself), the newest first, below the one with this
    reference, and the way to older ones."""
    last = comment_of_reference(turn.db, below) if below else None
    before = last.id if last is not None else _NEWEST
    found = latest_comments(turn.db, subject, parent.id if parent else None, before, _LISTED + 1)
    shown = found[:_LISTED]
    replies = counts_of_replies(turn.db, subject, [each.id for each in shown])
    choices = [Choice(f"comment:{each.reference}", _line(turn, each, replies.get(each.id, 0))) for each in shown]
    if len(found) > len(shown):
        under = f"comment:{parent.reference}" if parent else subject
        choices.append(Choice(f"thread:{under}/{shown[-1].reference}", turn.t("Older comments")))
    return choices


def open_topic(turn: Turn, about: str) -> Topic | None:
    """What a comment about this would be on; None where it can no longer be published."""
    try:
        return check_may_comment(turn, about)[0]
    except Refused:
        return None


def why_not(turn: Turn, topic: Topic) -> str:
    """Why nobody can comment now, as a paragraph; empty while they can."""
    return explain(turn, topic.refusal) if topic.refusal is not None else ""


def _count(turn: Turn, tally: Tally) -> str:
    return turn.tn("{count} comment", "{count} comments", tally.every)


def _line(turn: Turn, comment: Comment, replies: int) -> str:
    mark = turn.tn("{count} answer", "{count} answers", replies) if replies else ""
    if comment.deleted_at is not None:
        return card.label(turn.t("Taken back by its author"), mark)
    words = f"{author_of(turn, comment)}: {comment.body}"
    if comment.side:
        words = f"{side(turn, comment.side).capitalize()} · {words}"
    return card.label(words, mark)
