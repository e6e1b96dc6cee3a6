"""More words for what is being looked at before it is handed in: "+ words", on as many messages as it takes."""

from bot.mistakes import mistaken
from bot.question import Said
from bot.session import Prompt
from bot.walk import Walk
from flows.step import Ask, Wrong

_SIGN = "+"


def is_addition(ask: Ask, text: str) -> bool:
    """Words are added here, and these begin with the sign."""
    return bool(ask.adds_to) and text.lstrip().startswith(_SIGN)


def add(walk: Walk, ask: Ask, text: str, spilled: str) -> Said:
    """The answer as it was, with these words at its end, checked as a whole. The sign alone adds what was written
    before it, and answered nothing."""
    here, before = walk.frame.key, walk.frame.answers.get(ask.adds_to, "")
    words = text.strip().removeprefix(_SIGN).strip() or spilled
    question = walk.stand(ask.adds_to)
    if isinstance(question, Ask) and question.check is not None and words:
        try:
            kept = question.check(walk.turn, f"{before} {words}")
        except Wrong as wrong:
            return mistaken(walk, walk.stand(here), str(wrong))
        walk.keep(question, kept, kept)
    return walk.run(walk.stand(here))


def spill(walk: Walk, ask: Ask, prompt: Prompt, text: str) -> Said:
    """Words that answer nothing, as when a long message comes in two: kept, to be added with the sign alone."""
    prompt.spilled = text
    return mistaken(walk, ask, walk.turn.t("Nothing is sent yet. To add that to your text, write +"))
