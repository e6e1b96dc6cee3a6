"""MY CHANNELS: where a person is written to, and letting an address go; NOT ME: it was never theirs."""

from flows import card, whereabouts
from flows.participation.parting import part
from flows.step import Ask, Choice, Goto, Move, Say
from flows.turn import Turn
from storage.belongings import belongings
from storage.participants import Address


def start(turn: Turn) -> Move:
    """Every address, this one first."""
    addresses = sorted(belongings(turn.db, Address, turn.participant_id), key=lambda each: each.id != turn.address_id)
    names = {each.id: _name(turn, each) for each in addresses}
    text = "\n".join(
        (
            turn.t("From these addresses you are one person in {town}:", town=turn.words(turn.town.name)),
            *(f"• {name}" for name in names.values()),
            turn.t("STOP stops the one where you write it, STOP ALL stops all of them."),
        )
    )
    choices = [Choice(f"ask:{id}", card.label(turn.t("Let go {address}", address=names[id]))) for id in names]
    link = Choice("unite.start", turn.t("Link another address"), ("uneix", "unir", "link"))
    return Ask(
        text,
        title=turn.t("My channels"),
        choices=(link, *(choices if len(choices) > 1 else ()), card.to_menu(turn)),
        then="chosen",
    )


def chosen(turn: Turn) -> Move:
    """On to it."""
    return card.go(turn, "start")


def ask(turn: Turn) -> Move:
    """Sure? The argument is the address."""
    address = _own(turn)
    if address is None:
        return Goto("start")
    text = turn.t(
        "{address} will no longer be yours: whoever writes from there begins as a stranger. All that you did stays "
        "with you at your other addresses.",
        address=whereabouts.name_of(turn, address),
    )
    yes, no = turn.t("Let it go"), turn.t("No, keep it")
    choices = (Choice("yes", yes, ("sí", "si", "yes")), Choice("no", no, ("no",)))
    return Ask(text, choices=choices, then=f"let_go:{turn.argument}")


def let_go(turn: Turn) -> Move:
    """It leaves the person, and both sides hear it."""
    address = _own(turn)
    if turn.answers.pop(f"ask:{turn.argument}", "") != "yes" or address is None:
        return Goto("start")
    name, before = whereabouts.name_of(turn, address), turn.participant_id
    parted = part(turn, address.id)
    whereabouts.tell_let_go(turn, parted.gone, parted.person_id)
    if turn.begins_anew:
        whereabouts.tell_parted(turn, parted.left, address, before)
    return Say(turn.t("Done: {address} is let go.", address=name), then="start")


def not_me(turn: Turn) -> Move:
    """In one step, without a word of the earlier person; they are told where they still are."""
    address, before = turn.db.one(Address, turn.address_id), turn.participant_id
    parted = part(turn, address.id)
    whereabouts.tell_parted(turn, parted.left, address, before)
    return Say(
        turn.t("Thank you for telling me. Nothing of whoever wrote from here before is yours now."), then="start"
    )


def _own(turn: Turn) -> Address | None:
    addresses = belongings(turn.db, Address, turn.participant_id)
    return next((each for each in addresses if str(each.id) == turn.argument), None) if len(addresses) > 1 else None


def _name(turn: Turn, address: Address) -> str:
    name = whereabouts.name_of(turn, address)
    name = turn.t("{address} (stopped)", address=name) if address.stopped_at is not None else name
    return turn.t("{address} (this one)", address=name) if address.id == turn.address_id else name
