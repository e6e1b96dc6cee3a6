"""What people say under a proposal or in a debate: the thread, one comment on its own card, and taking back one's own.

The argument of `thread` is a subject, or "comment:<reference>" for the answers to it; "/<reference>" behind it begins
the page below that comment.
"""

from flows import card, moderated
from flows import thread as threads
from flows.participation import comments
from flows.step import Ask, Choice, Goto, Move, Say
from flows.turn import Turn
from storage.comments import Comment, tally_of


def thread(turn: Turn) -> Move:
    """What was said, the newest first, and how many are on each side."""
    about, _, below = turn.argument.partition("/")
    kind, _, name = about.partition(":")
    parent = comments.shown_comment(turn, name) if kind == "comment" else None
    topic = comments.topic_of(turn, parent.subject if parent else about)
    if parent is not None:
        parts = [turn.t("Answers to {author}:", author=threads.author_of(turn, parent)), _words(turn, parent)]
    else:
        parts = [threads.told(turn, tally_of(turn.db, topic.subject), has_sides=topic.rules.has_sides)]
    parts.append(threads.why_not(turn, topic))
    choices = []
    if topic.refusal is None and (parent is None or _may_answer(turn, parent)):
        choices.append(threads.speak_choice(about, turn.t("Answer") if parent else turn.t("Comment")))
    choices += [*threads.voices(turn, topic.subject, parent, below), _back(turn, topic.subject), card.to_menu(turn)]
    title = turn.t("What people say about “{title}”", title=threads.title_of(turn, topic))
    text = "\n\n".join(part for part in parts if part)
    return Ask(text, title=title, choices=choices, then=f"pick:{turn.argument}")


def pick(turn: Turn) -> Move:
    """On to the comment chosen, or elsewhere."""
    return card.go(turn, f"thread:{turn.argument}")


def comment(turn: Turn) -> Move:
    """One comment: its words, what it answers, and what was answered."""
    found = comments.shown_comment(turn, turn.argument)
    if not comments.is_about_shown(turn, found):
        return _left_alone(turn, found)
    topic = comments.topic_of(turn, found.subject)
    parts = [
        f"{threads.said_by(turn, found)}\n{_words(turn, found)}",
        _answered(turn, found),
        turn.t("Reference: {reference}", reference=found.reference),
        moderated.note(turn, found),
        threads.why_not(turn, topic),
    ]
    title = turn.t("A comment on “{title}”", title=threads.title_of(turn, topic))
    text = "\n\n".join(part for part in parts if part)
    return Ask(text, title=title, choices=_offered(turn, found), then=f"act:{found.reference}")


def act(turn: Turn) -> Move:
    """On to what was chosen on the card."""
    return card.go(turn, f"comment:{turn.argument}")


def unsay(turn: Turn) -> Move:
    """Nothing is taken back without a yes."""
    comments.shown_comment(turn, turn.argument)
    return Ask(
        turn.t("Do you want to take your comment back? Its words can no longer be read. This cannot be undone."),
        choices=(
            Choice("no", turn.t("No, leave it"), ("no",)),
            Choice("yes", turn.t("Yes, take it back"), ("sí", "si", "yes")),
        ),
        then=f"unsaid:{turn.argument}",
    )


def unsaid(turn: Turn) -> Move:
    """Taken back, or not."""
    if turn.answers.pop(f"unsay:{turn.argument}", "") != "yes":
        return Goto(f"comment:{turn.argument}")
    taken = comments.take_back(turn, turn.argument)
    is_shown = comments.is_about_shown(turn, taken)
    return Say(turn.t("Done: nobody can read it any more."), then=f"thread:{taken.subject}" if is_shown else "leave")


def leave(turn: Turn) -> Move:
    """Nothing left to go back to."""
    return Goto("menu.start")


def _left_alone(turn: Turn, found: Comment) -> Move:
    """For its author, one's own words about what can no longer be read: they can still be taken back."""
    parts = (_words(turn, found), moderated.note(turn, found), turn.t("What you commented on can no longer be read."))
    text = "\n\n".join(part for part in parts if part)
    choices = (*_take_back(turn, found), card.to_menu(turn))
    return Ask(text, title=turn.t("Your comment"), choices=choices, then=f"act:{found.reference}")


def _offered(turn: Turn, found: Comment) -> list[Choice]:
    """What this person can do about it now; nothing that would be refused."""
    choices = []
    if _may_answer(turn, found):
        choices.append(threads.speak_choice(f"comment:{found.reference}", turn.t("Answer")))
    elif found.depth >= comments.DEEPEST and (parent := _parent(turn, found)) and _may_answer(turn, parent):
        label = turn.t("Answer {author}, one above", author=threads.author_of(turn, parent))
        choices.append(threads.speak_choice(f"comment:{parent.reference}", card.label(label)))
    choices += threads.voices(turn, found.subject, found)
    choices += [*_take_back(turn, found), *moderated.choices(turn, found)]
    everything = turn.t("All the comments")
    return [*choices, Choice(f"thread:{found.subject}", everything), _back(turn, found.subject), card.to_menu(turn)]


def _take_back(turn: Turn, found: Comment) -> list[Choice]:
    is_own = found.author_id == turn.participant_id and found.deleted_at is None
    return [Choice(f"unsay:{found.reference}", turn.t("Take it back"))] if is_own else []


def _back(turn: Turn, subject: str) -> Choice:
    label = turn.t("See the debate") if subject.startswith("debate:") else turn.t("See the proposal")
    return Choice(card.place_of(subject), label)


def _may_answer(turn: Turn, found: Comment) -> bool:
    return threads.open_topic(turn, f"comment:{found.reference}") is not None


def _parent(turn: Turn, found: Comment) -> Comment | None:
    return turn.db.find(Comment, found.parent_id) if found.parent_id is not None else None


def _answered(turn: Turn, found: Comment) -> str:
    """What it answers, in short."""
    parent = _parent(turn, found)
    if parent is None:
        return ""
    if parent.hidden_at is not None or parent.deleted_at is not None:
        return turn.t("It answers a comment that can no longer be read.")
    who = turn.t("It answers {author}:", author=threads.author_of(turn, parent))
    return f"{who}\n{threads.glimpse(parent.body)}"


def _words(turn: Turn, found: Comment) -> str:
    if found.deleted_at is not None:
        return turn.t("(Its author took it back on {day}.)", day=turn.day(found.deleted_at))
    return threads.quoted(found.body)
