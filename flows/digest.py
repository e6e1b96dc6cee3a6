"""Several pieces of news in one message, a numbered line each: a number opens it, a number and SUPPORT supports it.

About the moment at which it was made (ISO 8601), or about nothing: the last one.
"""

from datetime import datetime

from flows import card
from flows.keywords import WORDS, Command, word_of
from flows.lines import Line, lines
from flows.reply import fold, number_in
from flows.step import RESUME, Ask, Choice, Goto, Move, Say, Wrong
from flows.turn import Turn
from storage.digests import last_digest, notes_told

_SUPPORT = frozenset(fold(word) for words in WORDS[Command.SUPPORT].values() for word in words)


def start(turn: Turn) -> Move:
    """The lines, as things stand now."""
    told = _lines(turn)
    if not told:
        return Say(turn.t("There is nothing new of what you follow."), then="leave")
    first = next((number for number, line in enumerate(told, 1) if line.proposal), 0)
    word = word_of(Command.SUPPORT, turn.language)
    to_support = turn.t("To support a proposal: “{example}”.", example=f"{first} {word}") if first else ""
    often = turn.t("How often I write: {word}.", word=word_of(Command.PREFERENCES, turn.language))
    return Ask(
        "\n".join(filter(None, (turn.t("News of what you follow:"), to_support, often))),
        brief=" ".join(filter(None, (turn.t("News."), to_support, often))),
        choices=[Choice(line.place, card.label(line.words)) for line in told],
        check=_check,
        passes_on=True,
        then="chosen",
    )


def chosen(turn: Turn) -> Move:
    """On to it."""
    return card.go(turn, "start")


def unfit(turn: Turn) -> Move:
    """It was asked to support a line that is no proposal, or a line that is not there. Its argument is the number."""
    words = turn.t("Line {number} is no proposal that you can support.", number=int(turn.argument))
    return Say(words, then="start")


def leave(turn: Turn) -> Move:
    """Back to what was being done."""
    return Goto(RESUME)


def _check(turn: Turn, text: str) -> str:
    """ "2 support" or "support 2"."""
    told, (first, _, rest) = _lines(turn), fold(text).partition(" ")
    number, words = number_in(first), rest
    if number is None:
        words, _, last = fold(text).rpartition(" ")
        number = number_in(last)
    word = word_of(Command.SUPPORT, turn.language)
    if number is None or words not in _SUPPORT:
        raise Wrong(turn.t("Write the number of a line to open it, or such as “2 {word}”.", word=word))
    proposal = told[number - 1].proposal if 1 <= number <= len(told) else ""
    return f"support.start|{proposal}" if proposal else f"unfit:{number}"


def _lines(turn: Turn) -> list[Line]:
    told_at = datetime.fromisoformat(turn.about) if turn.about else last_digest(turn.db, turn.participant_id)
    return lines(turn, notes_told(turn.db, turn.participant_id, told_at)) if told_at is not None else []
