"""What people are told, unasked: of what they follow, of what is theirs, and on the day they asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from flows import card, thread
from flows.approved import Approved, Template
from flows.explain import act
from flows.keywords import Command, word_of
from flows.participation.links import link_code
from flows.participation.process import Action, Process
from flows.participation.result import Result
from flows.participation.words import Words
from flows.reached import channel_name
from flows.text import capital, cut
from flows.turn import Turn
from storage.attachments import Attachment, Stage
from storage.comments import Comment
from storage.proposals import Proposal, proposal_of_reference
from storage.reminders import Reminder

_QUOTED = 300
_COMMANDS = {
    Action.PROPOSE: Command.PROPOSE,
    Action.SUPPORT: Command.SUPPORT,
    Action.COMMENT: Command.COMMENT,
    Action.ANSWER: Command.MENU,
}


@dataclass(frozen=True, slots=True)
class News:
    """Paragraphs, which say what to write next, and for where there are buttons one that does it: a label, and the
    code of a deep link that it follows. `approved` says it where free words are not taken; without it, the general
    template. `about` is the title of what they are about, for where a subject is seen that anybody may glimpse."""

    parts: tuple[str, ...]
    label: str = ""
    code: str = ""
    approved: Approved | None = None
    about: str = ""


def answered(turn: Turn, proposal: Proposal) -> News:
    """The town has answered."""
    town, title = turn.words(turn.town.name), proposal.title
    values = {"town": town, "title": title, "reference": proposal.reference, "state": card.state(turn, proposal)}
    if proposal.author_id == turn.participant_id:
        news = turn.t("{town} has answered your proposal “{title}” ({reference}). It is {state}.", **values)
    else:
        news = turn.t("{town} has answered a proposal you follow, “{title}” ({reference}). It is {state}.", **values)
    how = turn.t("To see it, write {reference}.", reference=proposal.reference)
    label, approved = turn.t("Read the proposal"), Approved(Template.ANSWER, (town, title, proposal.reference))
    return News((news, turn.words(proposal.answer), how), label, _link(turn, proposal), approved, title)


def withdrawn(turn: Turn, proposal: Proposal) -> News:
    """Its author has withdrawn it."""
    values = {"title": proposal.title, "reference": proposal.reference}
    said = turn.t("A proposal you follow, “{title}” ({reference}), was withdrawn by its author.", **values)
    approved = Approved(Template.WITHDRAWAL, (turn.words(turn.town.name), proposal.title, proposal.reference))
    return News((said,), approved=approved, about=proposal.title)


def progressed(turn: Turn, result: Result) -> News:
    """What the town carries out is further on."""
    town, title = turn.words(turn.town.name), turn.words(result.title)
    news = turn.t(
        "{town} tells how “{title}” is going: {status}.", town=town, title=title, status=_status(turn, result)
    )
    past = [one for one in result.timeline if one.at <= turn.now][-1:]
    lines = [
        turn.t("{day}: {milestone}", day=capital(turn.day(one.at)), milestone=turn.words(one.title)) for one in past
    ]
    how = turn.t("To see it all, write RESULTS.")
    approved = Approved(Template.RESULT, (town, title))
    return News((news, *lines, how), turn.t("See it"), link_code(turn.town, result.code), approved, title)


def _status(turn: Turn, result: Result) -> str:
    return f"{turn.words(result.status)}, {turn.t('{percent} %', percent=result.progress)}"


def commented(turn: Turn, title: str | Words, said: Sequence[Comment], *, is_own: bool, is_answer: bool) -> News:
    """Somebody has commented: one by one, or how many have and the last of them.

    `is_own`: on a proposal of the reader's. `is_answer`: to a comment of theirs.
    """
    newest, count = said[-1], len(said)
    values = {"author": thread.author_of(turn, newest), "title": title if isinstance(title, str) else turn.words(title)}
    if count > 1:
        news = turn.tn("{count} new comment on “{title}”.", "{count} new comments on “{title}”.", count, **values)
        news += " " + turn.t("The last one is by {author}:", **values)
    elif is_answer:
        news = turn.t("{author} has answered your comment on “{title}”:", **values)
    elif is_own:
        news = turn.t("{author} has commented on your proposal “{title}”:", **values)
    else:
        news = turn.t("{author} has commented on “{title}”, which you follow:", **values)
    words = thread.quoted(cut(newest.body, _QUOTED))
    if newest.side:
        words = f"{thread.side(turn, newest.side).capitalize()}.\n{words}"
    how = turn.t("To answer, write {reference}.", reference=newest.reference)
    approved = Approved(Template.COMMENT, (turn.words(turn.town.name), values["title"], newest.reference))
    link = link_code(turn.town, f"c{newest.code}")
    return News((f"{news}\n{words}", how), turn.t("Answer"), link, approved, values["title"])


def reminded(turn: Turn, reminder: Reminder, process: Process) -> News:
    """What has become possible, until when, and what to write: a proposal's reference, else a keyword."""
    kind, _, name = reminder.subject.partition(":")
    action, phase = Action(reminder.action), process.phase_at(turn.now)
    until = card.deadline(turn, phase) if phase is not None else ""
    what, label = act(turn, action), turn.t("Open it")
    if kind == "proposal" and (proposal := proposal_of_reference(turn.db, name)) is not None:
        said = turn.t(
            "You asked me to remind you of “{title}” ({reference}). Now you can {action}, {until}.",
            title=proposal.title,
            reference=name,
            action=what,
            until=until,
        )
        word, code, title = name, f"p{proposal.code}", proposal.title
    else:
        title = turn.words(process.title)
        said = turn.t(
            "You asked me to remind you of “{process}”. Now you can {action}, {until}.",
            process=title,
            action=what,
            until=until,
        )
        word, code = word_of(_COMMANDS[action], turn.language), process.code
    next_step = turn.t("To go on, write {word}.", word=word)
    approved = Approved(Template.REMINDER, (turn.words(turn.town.name), title, word))
    return News((f"{said} {next_step}",), label, link_code(turn.town, code), approved, title)


def _link(turn: Turn, proposal: Proposal) -> str:
    return link_code(turn.town, f"p{proposal.code}")


def unreachable(turn: Turn, channel: str) -> News:
    """What is sent to them on another channel does not arrive any more."""
    said = turn.t(
        "What I send you by {channel} does not arrive, so I have stopped writing to you there. From now on I write to "
        "you here. If you want to be told there again, write to me from there.",
        channel=channel_name(turn, channel),
    )
    return News((said,))


def not_kept(turn: Turn, attachment: Attachment) -> News:
    """A file that they attached will be seen by nobody."""
    kind, _, subject = attachment.item.partition(":")
    name = attachment.name
    rest = turn.t("The rest is published as you wrote it.")
    if kind == "ticket":
        rest = turn.t("The rest of your message has reached the town.")
    approved = Approved(Template.FILE, (turn.words(turn.town.name), subject))
    if attachment.state is Stage.REFUSED:
        why = turn.t("I could not use the file “{name}” of {reference}.", name=name, reference=subject)
        accepted = turn.t("It is not a photo (JPEG, PNG or WebP) or a PDF, or it is too large.")
        return News((f"{why} {accepted}", rest), approved=approved)
    lost = turn.t("I could not get the file “{name}” of {reference}.", name=name, reference=subject)
    return News((lost, rest), approved=approved)
