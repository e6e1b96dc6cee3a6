"""What is mine here: my proposals and how they stand, what I follow, and whether I want news."""

from flows import card
from flows.participation import consent
from flows.step import Ask, Choice, Goto, Move, Say
from flows.turn import Turn
from storage.follows import follows_of
from storage.proposals import proposals_by_author


def start(turn: Turn) -> Move:
    """My proposals, then the rest of what I follow."""
    mine = proposals_by_author(turn.db, turn.participant_id)
    choices = [
        Choice(f"read.proposal:{each.reference}", card.label(each.title, card.state(turn, each)))
        for each in mine
        if each.withdrawn_at is None
    ]
    followed = [(follow.subject, _title(turn, follow.subject)) for follow in follows_of(turn.db, turn.participant_id)]
    own = {f"proposal:{each.reference}" for each in mine}
    others = [(subject, title) for subject, title in followed if title and subject not in own]
    choices += [Choice(card.place_of(subject), card.label(title, turn.t("followed"))) for subject, title in others]
    if turn.participant.wants_updates is not None:
        news = turn.t("News: yes. Change it") if turn.participant.wants_updates else turn.t("News: no. Change it")
        choices.append(Choice("updates", news))
    choices.append(Choice("menu.start", turn.t("Menu")))
    return Ask(_counted(turn, len(own), len(others)), title=turn.t("Mine"), choices=choices, then="chosen")


def chosen(turn: Turn) -> Move:
    """On to what was chosen."""
    return Goto(turn.answers.pop("start", "start"))


def updates(turn: Turn) -> Move:
    """News, yes or no: changed here at any time."""
    return Ask(
        _question(turn),
        choices=(
            Choice("yes", turn.t("Yes, tell me"), ("sí", "si", "yes")),
            Choice("no", turn.t("No, thank you"), ("no",)),
        ),
        then="updated",
    )


def updated(turn: Turn) -> Move:
    """Keep the yes or the no."""
    wants = turn.answers.pop("updates", "") == "yes"
    consent.choose_updates(turn, wants, _question(turn))
    said = turn.t("Done: I will write to you with the news.") if wants else turn.t("Done: I will send you no news.")
    return Say(said, then="start")


def _counted(turn: Turn, own: int, others: int) -> str:
    if not own and not others:
        return turn.t("Here you will find your proposals and what you follow. There is nothing yet.")
    proposed = turn.tn("You have made {count} proposal.", "You have made {count} proposals.", own) if own else ""
    followed = turn.tn("You follow {count} thing.", "You follow {count} things.", others) if others else ""
    return f"{proposed} {followed}".strip()


def _question(turn: Turn) -> str:
    return turn.t("May I write to you here with news of what you follow?")


def _title(turn: Turn, subject: str) -> str:
    """The title of what is followed; empty where it is no longer shown."""
    kind, _, name = subject.partition(":")
    found = turn.town.process(name) if kind == "process" else turn.town.assembly(name)
    return turn.words(found.title) if found is not None else ""
