"""Several of the choices as one answer, pressed one after the other. What is pressed so far is kept with the draft."""

from bot.mistakes import mistaken
from bot.question import PICKED, Pressed, Said, picked
from bot.walk import Walk
from flows.step import Ask, Goto


def is_picked(walk: Walk, index: int) -> bool:
    """The choice is one of several that make an answer."""
    return walk.session.prompt is not None and index < walk.session.prompt.picks


def press(walk: Walk, payload: str, pressed: Pressed) -> Said | None:
    """Take it, or take it back, and show the question again; the last of an order, or the only one, is an answer."""
    prompt, ask = walk.session.prompt, walk.step()
    if prompt is None or not isinstance(ask, Ask) or pressed.choice is None:
        return walk.run(ask)
    walk.session.pressed = payload
    values, picks, value = picked(walk.frame, ask), ask.picks, prompt.choices[pressed.choice].value
    if picks is None or pressed.is_off != (value in values):
        return None
    if pressed.is_off:
        values.remove(value)
    elif len(values) == picks.most and picks.most > 1:
        text = walk.turn.tn("You can choose {count} at most.", "You can choose {count} at most.", picks.most)
        return mistaken(walk, ask, text)
    else:
        values.append(value)
    if len(values) == picks.most and (picks.in_order or picks.most == 1):
        return settle(walk, ask, values)
    _keep(walk, values)
    if values:
        walk.parts.append(walk.turn.t("So far: {choices}.", choices=_names(ask, values)))
    return walk.ask(ask, replaces=True)


def done(walk: Walk, ask: Ask) -> Said:
    """What was pressed is the answer; nothing is one where the question may be passed over."""
    values = picked(walk.frame, ask)
    if values:
        return settle(walk, ask, [choice.value for choice in ask.choices if choice.value in values])
    if any(not choice.value for choice in ask.choices):
        return settle(walk, ask, [])
    return mistaken(walk, ask, walk.turn.t("Choose one at least."))


def write(walk: Walk, ask: Ask, answer: str) -> Said:
    """What was written, added to what was pressed before it; an order is written whole."""
    pressed = picked(walk.frame, ask)
    values = answer.partition("\n")[0].split()
    if not pressed or (ask.picks and ask.picks.in_order):
        return settle(walk, ask, values, answer)
    both = [choice.value for choice in ask.choices if choice.value in {*pressed, *values}]
    if ask.picks and len(both) > ask.picks.most:
        text = walk.turn.tn("You can choose {count} at most.", "You can choose {count} at most.", ask.picks.most)
        return mistaken(walk, ask, text)
    return settle(walk, ask, both, answer.replace(" ".join(values), " ".join(both), 1))


def settle(walk: Walk, ask: Ask, values: list[str], answer: str = "") -> Said:
    """Keep the answer and go on."""
    _keep(walk, [])
    walk.keep(ask, answer or " ".join(values), _names(ask, values))
    return walk.run(Goto(ask.then))


def names(ask: Ask, answer: str) -> str:
    """An answer in the words of its choices."""
    return _names(ask, answer.partition("\n")[0].split())


def _keep(walk: Walk, values: list[str]) -> None:
    key = walk.frame.key + PICKED
    if values:
        walk.frame.answers[key] = " ".join(values)
    else:
        walk.frame.answers.pop(key, None)


def _names(ask: Ask, values: list[str]) -> str:
    labels = {choice.value: choice.label for choice in ask.choices}
    return ", ".join(labels[value] for value in values if value in labels)
