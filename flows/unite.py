"""LINK: the same person from another address too, by a code that is sent there and typed on either side."""

from flows import card, whereabouts
from flows.explain import checked
from flows.participation import pairing
from flows.participation.pairing import Outcome, Typed
from flows.participation.reach import Kind, read_address
from flows.step import Ask, Choice, Goto, Move, Say
from flows.turn import Turn


def start(turn: Turn) -> Move:
    """The code that is waited for, or where to send one."""
    if pairing.waiting(turn) is not None:
        return Goto("code")
    if not turn.reaches:
        town = turn.words(turn.town.name)
        return Say(
            turn.t("{town} cannot write first to a phone or an email, so I cannot link any.", town=town), "leave"
        )
    return Goto("where")


def where(turn: Turn) -> Move:
    """The other address, as it is typed."""
    return Ask(
        _question(turn),
        title=turn.t("Link another address"),
        choices=(card.to_menu(turn),),
        check=checked(lambda text: _as_typed(turn, text)),
        then="send",
    )


def send(turn: Turn) -> Move:
    """The code is on its way, or it is not: the words are the same. What was typed is kept nowhere."""
    typed = turn.answers.pop("where", "menu.start")
    if typed == "menu.start":
        return Goto("leave")
    pairing.send_code(turn, typed, lambda code: _letter(turn, code))
    return Goto("code")


def code(turn: Turn) -> Move:
    """The six digits."""
    if turn.argument:
        text = turn.tn(
            "That is not the code. You can try {count} more time.",
            "That is not the code. You can try {count} more times.",
            int(turn.argument),
        )
    else:
        minutes = int(pairing.LASTS.total_seconds()) // 60
        text = turn.t(
            "If I can write to that address, a code of {digits} digits is on its way. Write it here within {minutes} "
            "minutes, or answer with it there.",
            digits=pairing.DIGITS,
            minutes=minutes,
        )
        text += "\n\n" + turn.t(
            "If nothing comes: to an address that has never written to us I send one code only. Write anything to us "
            "from there, and then LINK here."
        )
    return Ask(
        text,
        choices=(Choice("where", turn.t("Another address")), card.to_menu(turn)),
        check=_digits,
        then="typed",
    )


def typed(turn: Turn) -> Move:
    """Linked, or so many tries are left."""
    said = turn.answers.pop("code" if not turn.argument else f"code:{turn.argument}", "")
    if said in ("where", "menu.start"):
        return Goto("where" if said == "where" and turn.reaches else "leave")
    result = pairing.type_here(turn, said)
    if result.outcome is Outcome.WRONG:
        return Goto(f"code:{result.left}")
    return _end(turn, result)


def there(turn: Turn) -> Move:
    """The code was typed at the address that got it. About the code."""
    return _end(turn, pairing.type_there(turn, turn.about))


def leave(turn: Turn) -> Move:
    """Back to the menu."""
    return Goto("menu.start")


def _end(turn: Turn, result: Typed) -> Move:
    if result.outcome is not Outcome.LINKED:
        return Say(turn.t("That code no longer counts. Write LINK for a new one."), then="leave")
    whereabouts.tell_linked(turn)
    parts = [turn.t("Done: from both addresses you are now one person here, with all that you did from each.")]
    if taken_back := result.united.taken_back:
        titles = turn.catalogue.listed([f"“{proposal.title}”" for proposal in taken_back])
        parts.append(
            turn.t(
                "You had given more supports than one person may, so the latest are taken back: {titles}.",
                titles=titles,
            )
        )
    if surveys := result.united.surveys:
        known = (turn.town.survey(slug) for slug in surveys)
        names = turn.catalogue.listed([f"“{turn.words(survey.title)}”" for survey in known if survey is not None])
        parts.append(turn.t("You had answered twice: {surveys}. The last answers count.", surveys=names))
    parts.append(turn.t("To see your addresses or let one go, write MY CHANNELS."))
    return Say("\n\n".join(parts), then="leave")


def _question(turn: Turn) -> str:
    takes = {reach.takes for reach in turn.reaches}
    if takes == {Kind.PHONE}:
        asked = turn.t("Write the phone number where you also want to talk to us.")
    elif takes == {Kind.EMAIL}:
        asked = turn.t("Write the email where you also want to talk to us.")
    else:
        asked = turn.t("Write the phone number or email where you also want to talk to us.")
    told = turn.t("I will send a code there. If it is an app such as Telegram, write LINK there and give this address.")
    return f"{asked} {told}"


def _letter(turn: Turn, code: str) -> str:
    return turn.t(
        "{code} is your code to talk to {town} from here too. Write it where you asked for it, or answer with it. "
        "If you did not ask for it, ignore this.",
        code=code,
        town=turn.words(turn.town.name),
    )


def _as_typed(turn: Turn, text: str) -> str:
    read_address(text, turn.reaches)
    return text


def _digits(_turn: Turn, text: str) -> str:
    return text[:40]
