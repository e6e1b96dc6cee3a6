"""Say something under a proposal or in a debate, or in answer to somebody: a side, the words, a last look.

About "proposal:<reference>", "debate:<slug>" or, to answer, "comment:<reference>"; or about nothing yet.
"""

from flows import card
from flows import thread as threads
from flows.explain import checked, explain
from flows.participation import comments, consent
from flows.participation.comments import Topic
from flows.participation.debates import by_standing, standing_of, visible_debates
from flows.participation.process import Standing
from flows.participation.refusal import Reason, Refused
from flows.participation.spaces import possible_now
from flows.step import Ask, Choice, Goto, Move, Say
from flows.turn import Turn
from storage.comments import Comment
from storage.proposals import count_in_process

_PUBLISH = ("publica", "publicar", "publish", "sí", "si", "yes")


def start(turn: Turn) -> Move:
    """The rules first, then what a person has to have said, then the comment."""
    if not turn.about:
        return Goto("choose")
    try:
        topic, _ = comments.check_may_comment(turn, turn.about)
    except Refused as refused:
        if refused.reason is not Reason.TOO_DEEP:
            raise
        return Say(explain(turn, refused), then="above")
    if consent.missing(turn, topic.min_age) is not None:
        return Goto("join.start", about=f"comment.start|{turn.about}")
    return Goto("side")


def above(turn: Turn) -> Move:
    """The comment that is too deep to be answered, where the one above it is offered."""
    return Goto(card.place_of(turn.about))


def choose(turn: Turn) -> Move:
    """On what: a debate that is open, or a proposal of a process that takes comments now."""
    debates = by_standing(visible_debates(turn.db, turn.town), turn.now)
    choices = [
        Choice(f"comment.start|debate:{each.slug}", card.label(turn.words(each.title), turn.t("debate")))
        for each in debates
        if standing_of(each, turn.now) is Standing.OPEN
    ]
    for each in possible_now(turn.db, turn.town, turn.now):
        if each.can_comment and count_in_process(turn.db, each.process.slug):
            label = card.label(turn.words(each.process.title), turn.t("proposals"))
            choices.append(Choice(f"browse.proposals:{each.process.slug}", label))
    if not choices:
        return Say(turn.t("There is nothing to comment on today."), then="leave")
    text = turn.t("On what? If you know the reference of a proposal or a comment, you can write it too.")
    choices = [*choices, card.to_menu(turn)]
    return Ask(text, title=turn.t("Comment"), brief=turn.t("Comment on what?"), choices=choices, then="chosen")


def chosen(turn: Turn) -> Move:
    """On with what was chosen."""
    return card.go(turn, "choose")


def side(turn: Turn) -> Move:
    """For, neutral or against, where the topic has sides; who answers somebody takes none."""
    topic, parent = comments.check_may_comment(turn, turn.about)
    if parent is not None or not topic.rules.has_sides:
        return Goto("text")
    return Ask(
        turn.t("Are you for it or against it?"),
        title=_title(turn, topic),
        brief=turn.t("For it or against it?"),
        label=turn.t("Side"),
        choices=(
            Choice("1", turn.t("For"), ("a favor", "for", "sí", "si", "yes")),
            Choice("0", turn.t("Neither: neutral"), ("neutral", "neutre")),
            Choice("-1", turn.t("Against"), ("en contra", "against", "no")),
        ),
        then="text",
    )


def text(turn: Turn) -> Move:
    """The words."""
    topic, parent = comments.check_may_comment(turn, turn.about)
    question = turn.t("Write your comment: at most {most} characters.", most=topic.rules.length)
    brief = turn.t("Your comment (up to {most} characters)", most=topic.rules.length)
    if parent is not None:
        question = turn.t("Write your answer: at most {most} characters.", most=topic.rules.length)
        question = f"{threads.said_by(turn, parent)}\n{threads.glimpse(parent.body)}\n\n{question}"
    title, label = _title(turn, topic), turn.t("Text")
    check = checked(lambda words: comments.check_body(words, topic))
    return Ask(question, title=title, brief=brief, label=label, check=check, then="preview")


def preview(turn: Turn) -> Move:
    """As others will read it."""
    topic, parent = comments.check_may_comment(turn, turn.about)
    value, author = _side(turn), turn.participant.public_name
    by = turn.t("{author} ({side}):", author=author, side=threads.side(turn, value)) if value else f"{author}:"
    on = turn.t("On: “{title}”", title=threads.title_of(turn, topic))
    if parent is not None:
        on = turn.t(
            "In answer to {author}, on “{title}”",
            author=threads.author_of(turn, parent),
            title=threads.title_of(turn, topic),
        )
    words = f"{by}\n{threads.quoted(turn.answers.get('text', ''))}"
    publish = Choice("publish", turn.t("Publish the comment"), _PUBLISH, brief=turn.t("Publish"))
    return Ask(
        "\n\n".join((words, on, turn.t("Shall I publish the comment?"))),
        title=turn.t("This is how it will be read"),
        brief=f"{card.may_add(turn)}\n{turn.answers.get('text', '')}",
        choices=card.last_look_choices(turn, publish),
        adds_to="text",
        then="decide",
    )


def decide(turn: Turn) -> Move:
    """The answer is taken, so that who comes back to the draft gets the last look again."""
    answer = turn.answers.pop("preview", "")
    if answer != "publish":
        return card.after_last_look(answer, "preview")
    topic, _ = comments.check_may_comment(turn, turn.about)
    if consent.missing(turn, topic.min_age) is not None:
        return Goto("join.start", about=f"comment.start|{turn.about}")
    return Goto("submit")


def submit(turn: Turn) -> Move:
    """Publish it, or say which rule is in the way and where to mend it."""
    try:
        said = comments.publish(turn, turn.about, turn.answers.get("text", ""), _side(turn))
    except Refused as refused:
        return Say(explain(turn, refused), then=_mended_at(refused.reason))
    return Say(_thanks(turn, said), brief=_brief_thanks(turn, said), then=f"published:{said.subject}")


def published(turn: Turn) -> Move:
    """Done: no draft is left. What everybody says, this comment among them."""
    return Goto(f"listen.thread:{turn.argument}", dropped=True)


def leave(turn: Turn) -> Move:
    """Nothing to comment on; what was written stays as a draft."""
    return Goto("menu.start")


def _thanks(turn: Turn, said: Comment) -> str:
    if said.hidden_at is not None:
        return turn.t(
            "Thank you! People of the town read comments before everybody else does. Its reference is {reference}.",
            reference=said.reference,
        )
    words = turn.t("Published. Thank you! The reference of your comment is {reference}.", reference=said.reference)
    if turn.participant.wants_updates:
        words += " " + turn.t("I will write to you when somebody answers it.")
    return words


def _brief_thanks(turn: Turn, said: Comment) -> str:
    if said.hidden_at is not None:
        return turn.t("Comment sent: {reference}. The town reads it first.", reference=said.reference)
    return turn.t("Comment published: {reference}.", reference=said.reference)


def _title(turn: Turn, topic: Topic) -> str:
    return turn.t("Your comment on “{title}”", title=threads.title_of(turn, topic))


def _side(turn: Turn) -> int:
    return int(turn.answers.get("side", "0"))


def _mended_at(reason: Reason) -> str:
    match reason:
        case Reason.COMMENT_EMPTY | Reason.COMMENT_TOO_LONG:
            return "text"
        case Reason.SIDE_UNKNOWN:
            return "side"
        case _:
            return "leave"
