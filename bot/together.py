"""Several questions in one message: "1. … a) … b) …", answered with "1b 2: words"."""

from collections.abc import Sequence

from bot.question import offered_by
from bot.session import Asked, Offered
from flows.step import Ask
from flows.turn import Turn

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def asked(key: str, ask: Ask) -> Asked:
    """A question as it is kept while it waits among others."""
    is_free = ask.check is not None and not any(choice.value for choice in ask.choices)
    in_order = ask.picks is not None and ask.picks.in_order
    return Asked(key, ask.number, offered_by(ask), is_free, ask.picks is not None, in_order)


def words(turn: Turn, several: Sequence[tuple[Asked, Ask]]) -> str:
    """All of them, and how they are answered."""
    how = turn.t("Answer in one message, such as: {example}", example=example(turn, [asked for asked, _ in several]))
    if all(skip_of(asked) is not None for asked, _ in several):
        how += "\n" + turn.t("To pass over all of them, write SKIP.")
    return "\n".join((*(_question(turn, ask) for _, ask in several), how))


def skip_of(asked: Asked) -> Offered | None:
    """The choice that passes over it."""
    return next((choice for choice in asked.choices if not choice.value), None)


def can_be_asked(ask: Ask) -> bool:
    """It has a number, and no more choices than there are letters."""
    return ask.number > 0 and len(ask.choices) <= len(LETTERS)


def example(turn: Turn, several: Sequence[Asked]) -> str:
    """How such a message is answered: "1a 2b 3: text"; what follows words of one's own begins a line."""
    text = turn.t("text")
    said = [
        f"{each.number}: {text}\n" if each.is_free else f"{each.number}{_letters(each, place)} "
        for place, each in enumerate(several)
    ]
    return "".join(said).strip()


def _letters(asked: Asked, place: int) -> str:
    """Those of an example: nobody's answer by chance."""
    if asked.is_many:
        letters = LETTERS[: _lettered(asked)]
        return letters[1::-1] + letters[2:] if asked.in_order else letters[:2]
    return LETTERS[min(place, _lettered(asked) - 1)]


def _lettered(asked: Asked) -> int:
    return max(1, sum(1 for choice in asked.choices if choice.value))


def _close(text: str) -> str:
    """Its paragraphs without room between them."""
    return text.replace("\n\n", "\n")


def _question(turn: Turn, ask: Ask) -> str:
    """By its number, its choices by letters; that it may be passed over is said, not offered."""
    lettered = [choice.label for choice in ask.choices if choice.value]
    optional = turn.t("(optional)") if len(lettered) < len(ask.choices) else ""
    options = (f"{LETTERS[index]}) {label}" for index, label in enumerate(lettered))
    return "\n".join((f"{ask.number}. {_close(ask.text)} {optional}".rstrip(), *options))
