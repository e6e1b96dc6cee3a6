"""What is mine here and how it stands, group by group, and whether I want news. A step's argument is its group."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from flows import card, permission, thread
from flows.participation import consent
from flows.participation.words import Words
from flows.step import Ask, Choice, Move, Say
from flows.text import cut
from flows.turn import Turn
from storage.comments import comments_by_author
from storage.digests import last_digest
from storage.follows import follows_of
from storage.proposals import proposals_by_author, proposals_of_ids, proposals_of_references
from storage.reminders import reminders_by
from storage.responses import responses_by
from storage.supports import supports_by

_LISTED = 60


class Group(StrEnum):
    """What a person may have here, in the order in which it is told."""

    DRAFTS = "drafts"
    PROPOSALS = "proposals"
    COMMENTS = "comments"
    SUPPORTS = "supports"
    ANSWERS = "answers"
    FOLLOWS = "follows"
    REMINDERS = "reminders"


def start(turn: Turn) -> Move:
    """The groups that have something in them, and how much."""
    counts = {group: len(_LISTS[group](turn)) for group in Group}
    choices = [
        Choice(f"group:{group}", card.label(_title(turn, group), turn.catalogue.number(count)))
        for group, count in counts.items()
        if count
    ]
    text = (
        turn.t("This is what you have here. What do you want to see?")
        if choices
        else turn.t("Here you will find your proposals and what you follow. There is nothing yet.")
    )
    brief = turn.t("What do you want to see?") if choices else ""
    if turn.participant.wants_updates is not None:
        news = turn.t("News: yes. Change it") if turn.participant.wants_updates else turn.t("News: no. Change it")
        choices.append(Choice("updates", news))
    if turn.participant.wants_updates:
        often = turn.t("How often I write, and when not")
        if last_digest(turn.db, turn.participant_id) is not None:
            choices.append(
                Choice("digest.start", turn.t("The latest news of what I follow"), brief=turn.t("Latest news"))
            )
        choices.append(Choice("prefer.start", often, brief=turn.t("How often I write")))
    also = ("les meves dades", "mis datos", "my data")
    choices.append(Choice("my_data.start", turn.t("Send me my data"), also, brief=turn.t("My data")))
    if turn.town.topics:
        choices.append(Choice("hear.start", turn.t("What the town tells me of"), brief=turn.t("Topics")))
    return Ask(text, title=turn.t("Mine"), brief=brief, choices=(*choices, card.to_menu(turn)), then="chosen")


def chosen(turn: Turn) -> Move:
    """On to what was chosen."""
    return card.go(turn, "start")


def group(turn: Turn) -> Move:
    """One group, each thing with its state. Answers are only told: they lead nowhere."""
    shown = Group(turn.argument)
    listed = _LISTS[shown](turn)[:_LISTED]
    text = turn.t("Which one?")
    if shown is Group.ANSWERS:
        text, listed = "\n".join(f"• {choice.label}" for choice in listed), []
    choices = (*listed, Choice("start", turn.t("All that is mine")), card.to_menu(turn))
    return Ask(text, title=_title(turn, shown), choices=choices, then=f"picked:{shown}")


def picked(turn: Turn) -> Move:
    """On to what was chosen in a group."""
    return card.go(turn, f"group:{turn.argument}")


def updates(turn: Turn) -> Move:
    """News, yes or no: changed here at any time."""
    question = turn.t("May I write to you here with news of what you follow?")
    return permission.ask(turn, question, question, then="updated")


def updated(turn: Turn) -> Move:
    """Keep the yes or the no."""
    wants = turn.answers.pop("updates", "") == "yes"
    consent.choose_updates(turn, wants, turn.asked)
    said = turn.t("Done: I will write to you with the news.") if wants else turn.t("Done: I will send you no news.")
    return Say(said, then="start")


def _title(turn: Turn, group: Group) -> str:
    match group:
        case Group.DRAFTS:
            return turn.t("Begun and not sent")
        case Group.PROPOSALS:
            return turn.t("My proposals")
        case Group.COMMENTS:
            return turn.t("My comments")
        case Group.SUPPORTS:
            return turn.t("What I support")
        case Group.ANSWERS:
            return turn.t("Surveys I have answered")
        case Group.FOLLOWS:
            return turn.t("What I follow")
        case Group.REMINDERS:
            return turn.t("What I will be reminded of")


def _drafts(turn: Turn) -> list[Choice]:
    titles = [(flow, about, _title_of_draft(turn, flow, about)) for flow, about in turn.drafts]
    return [
        Choice(f"{flow}.start|{about}", card.label(turn.t("Go on: {title}", title=title)))
        for flow, about, title in titles
        if title
    ]


def _title_of_draft(turn: Turn, flow: str, about: str) -> str:
    if flow == "comment":
        topic = thread.open_topic(turn, about)
        return thread.title_of(turn, topic) if topic is not None else ""
    found = turn.town.process(about) if flow == "propose" else turn.town.survey(about) if flow == "respond" else None
    return turn.words(found.title) if found is not None else ""


def _proposals(turn: Turn) -> list[Choice]:
    return [
        Choice(f"read.life:{each.reference}", card.label(each.title, card.state(turn, each)))
        for each in proposals_by_author(turn.db, turn.participant_id)
        if each.withdrawn_at is None
    ]


def _comments(turn: Turn) -> list[Choice]:
    mine = comments_by_author(turn.db, turn.participant_id)
    return [
        Choice(
            card.place_of(f"comment:{each.reference}"),
            card.label(cut(each.body, card.LABEL_MOST), turn.t("hidden") if each.hidden_at is not None else ""),
        )
        for each in mine
    ]


def _supports(turn: Turn) -> list[Choice]:
    given = supports_by(turn.db, turn.participant_id)
    if not given:
        return []
    known = {each.id: each for each in proposals_of_ids(turn.db, [each.proposal_id for each in given])}
    choices = []
    for each in given:
        proposal = known[each.proposal_id]
        if proposal.withdrawn_at is not None or (
            proposal.hidden_at is not None and proposal.author_id != turn.participant_id
        ):
            label = turn.t("{reference}: no longer shown. Take it back", reference=proposal.reference)
            choices.append(Choice(f"support.end|{proposal.reference}", label))
            continue
        mark = card.state(turn, proposal) if each.counts else turn.t("does not count yet")
        choices.append(Choice(f"read.life:{proposal.reference}", card.label(proposal.title, mark)))
    return choices


def _answers(turn: Turn) -> list[Choice]:
    choices = []
    for each in responses_by(turn.db, turn.participant_id):
        survey = turn.town.survey(each.survey)
        title, day = turn.words(survey.title) if survey is not None else each.survey, turn.day(each.submitted_at)
        label = turn.t("{survey}: {day}, receipt {receipt}", survey=title, day=day, receipt=each.receipt)
        choices.append(Choice(each.receipt, label))
    return choices


def _follows(turn: Turn) -> list[Choice]:
    subjects = [follow.subject for follow in follows_of(turn.db, turn.participant_id)]
    titles = _titles(turn, subjects)
    return [Choice(card.place_of(each), card.label(titles[each])) for each in subjects if each in titles]


def _reminders(turn: Turn) -> list[Choice]:
    waited = reminders_by(turn.db, turn.participant_id)
    titles = _titles(turn, [each.subject for each in waited])
    return [
        Choice(
            f"why.start|{each.action}|{each.subject}",
            card.label(titles[each.subject], turn.day(each.due_at)),
        )
        for each in waited
        if each.subject in titles
    ]


def _titles(turn: Turn, subjects: list[str]) -> dict[str, str]:
    """What each subject is called; those that are no longer shown are left out."""
    references = [subject.partition(":")[2] for subject in subjects if subject.startswith("proposal:")]
    proposals = proposals_of_references(turn.db, references) if references else []
    titles = {f"proposal:{each.reference}": each.title for each in proposals}
    town = turn.town
    of_town: Mapping[str, Mapping[str, Words]] = {
        "process": {each.slug: each.title for each in town.processes},
        "assembly": {each.slug: each.title for each in town.assemblies},
        "debate": {each.slug: each.title for each in town.debates},
        "meeting": {each.slug: each.title for each in town.meetings},
        "result": {each.slug: each.title for each in town.results},
    }
    for subject in subjects:
        kind, _, name = subject.partition(":")
        if (words := of_town.get(kind, {}).get(name)) is not None:
            titles[subject] = turn.words(words)
    return titles


_LISTS: Mapping[Group, Callable[[Turn], list[Choice]]] = {
    Group.DRAFTS: _drafts,
    Group.PROPOSALS: _proposals,
    Group.COMMENTS: _comments,
    Group.SUPPORTS: _supports,
    Group.ANSWERS: _answers,
    Group.FOLLOWS: _follows,
    Group.REMINDERS: _reminders,
}
