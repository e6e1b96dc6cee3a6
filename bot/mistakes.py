"""What did not answer the question: what is expected is said, and it is asked again."""

from bot.question import Said
from bot.session import Prompt
from bot.walk import Walk
from flows.reply import suggest
from flows.step import Ask, Move

_WRONG_BEFORE_HELP = 3


def mistaken(walk: Walk, ask: Move, expected: str) -> Said:
    """Say what is expected and ask again; after some mistakes also how to get help."""
    session = walk.session
    session.wrong += 1
    walk.frame.stumble()
    walk.parts.append(expected)
    if session.wrong % _WRONG_BEFORE_HELP == 0:
        walk.parts.append(walk.turn.t("Stuck? Write HELP for help, BACK to go back or MENU to leave this."))
    return walk.ask(ask) if isinstance(ask, Ask) else walk.run(ask)


def not_a_choice(walk: Walk, ask: Move, prompt: Prompt, text: str) -> Said:
    """What comes near is asked back, never counted. Words at a last look may be meant for what is looked at."""
    turn = walk.turn
    prompt.suggested = suggest(text, prompt.choices)
    if prompt.suggested is None:
        return mistaken(walk, ask, turn.t("I did not understand. Please choose one of these:"))
    label = prompt.choices[prompt.suggested].label
    return mistaken(walk, ask, turn.t("Did you mean “{choice}”? Write YES, or choose:", choice=label))
