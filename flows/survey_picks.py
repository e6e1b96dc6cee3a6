"""Options of a survey's question, picked by number or label, with words of one's own where the option takes any."""

from collections.abc import Sequence

from flows.explain import explain
from flows.participation.answers import check, check_words, kept
from flows.participation.refusal import Refused
from flows.participation.survey import Item, Question, Type
from flows.picks import NoSuchNumber, Picked, read_picks
from flows.step import Check, Choice, Picks, Wrong
from flows.turn import Turn


def picks_of(question: Question) -> Picks:
    """How many of its options are an answer, and whether in order."""
    return Picks(question.max_choices or len(question.options), question.type is Type.SORTING)


def taking(item: Item, options: Sequence[Choice]) -> Check:
    """Typed numbers or labels to the answer that is kept."""

    def take(turn: Turn, text: str) -> str:
        picks = picks_of(item.question)
        try:
            picked = read_picks(text, options, picks.in_order)
        except NoSuchNumber as unknown:
            told = {"number": str(unknown.number), "example": picks.example(len(options))}
            message = turn.t("There is no option {number}. Write the numbers apart, such as: {example}", **told)
            raise Wrong(message) from unknown
        if picked is None:
            raise Wrong(turn.t("I did not understand. Please choose one of these:"))
        slugs = [options[place].value for place in picked.places]
        try:
            return check(item, kept(slugs, _free_words(turn, item, slugs, picked)))
        except Refused as refused:
            raise Wrong(explain(turn, refused)) from refused

    return take


def _free_words(turn: Turn, item: Item, slugs: list[str], picked: Picked) -> dict[str, str]:
    """The words behind the last number, which its option has to take."""
    if not picked.words:
        return {}
    option = item.question.option(slugs[-1])
    if option is None or not option.is_free:
        raise Wrong(turn.t("I cannot tell which is your answer."))
    return {slugs[-1]: check_words(picked.words, item.question)}
