"""Answers to several questions at once: each is checked as if it came alone, and what is right is kept."""

from bot.mistakes import mistaken
from bot.question import Said, is_offered
from bot.session import Asked
from bot.together import LETTERS, example
from bot.walk import Walk
from flows.marks import Marked, read_marks
from flows.reply import match
from flows.step import Ask, Goto, Wrong
from flows.turn import Turn


def answer_several(walk: Walk, ask: Ask, several: list[Asked], text: str) -> Said:
    """Keep every answer that is right and ask the rest again; all of them where nobody can tell what was answered.

    Without any number, words answer the first question where all of them are answered in words.
    """
    is_free = {asked.number: asked.is_free for asked in several}
    marked = read_marks(text, is_free)
    if marked is None and all(is_free.values()):
        marked = Marked({several[0].number: text})
    if marked is None or not (marked.given or marked.unclear):
        return mistaken(walk, ask, _cannot_tell(walk.turn, several))
    kept, wrong, left = [], [], ""
    for asked in several:
        move = walk.stand(asked.key)
        if not isinstance(move, Ask):
            return walk.run(move)
        ask = move
        try:
            value, shown = _answer(walk.turn, ask, asked, marked)
        except Wrong as error:
            wrong.append(str(error))
            left = left or asked.key
        else:
            walk.keep(ask, value, shown)
            kept.append(str(asked.number))
    unknown = [walk.turn.t("There is no question {number}.", number=number) for number in sorted(marked.unknown)]
    if not left:
        walk.parts.extend(unknown)
        return walk.run(Goto(ask.then))
    if kept:
        walk.parts.append(walk.turn.t("I have the answer to {numbers}.", numbers=", ".join(kept)))
    walk.parts.extend((*wrong, *unknown))
    walk.frame.revising = left
    return walk.run(walk.stand(left))


def unmarked(ask: Ask, text: str) -> str:
    """The words behind a question's own number, where it is asked alone again; a letter as the label it stood for."""
    if not ask.number or (marked := read_marks(text, {ask.number: ask.check is not None})) is None:
        return text
    words = marked.given.get(ask.number, text)
    lettered = [choice for choice in ask.choices if choice.value]
    place = LETTERS.find(words) if len(words) == 1 else -1
    return lettered[place].label if 0 <= place < len(lettered) else words


def _cannot_tell(turn: Turn, several: list[Asked]) -> str:
    how = example(turn, several)
    return turn.t("I cannot tell which question that answers. Write it like this: {example}", example=how)


def _answer(turn: Turn, ask: Ask, asked: Asked, marked: Marked) -> tuple[str, str]:
    """The value and the words of one answer; of a question that may be passed over, none. Raises `Wrong`."""
    number, words = asked.number, marked.given.get(asked.number, "")
    if number in marked.unclear:
        raise Wrong(turn.t("{number}: I cannot tell which is your answer.", number=number))
    skip = next((choice for choice in asked.choices if not choice.value), None)
    if not words and skip is not None:
        return skip.value, skip.label
    if not words:
        raise Wrong(turn.t("{number}: the answer is missing.", number=number))
    index = _choice(turn, asked, words)
    if index is not None and is_offered(asked.choices[index].value, ask):
        return asked.choices[index].value, asked.choices[index].label
    if ask.check is None:
        raise Wrong(turn.t("{number}: there is no answer “{words}”.", number=number, words=words[:20]))
    try:
        return (kept := ask.check(turn, words)), kept
    except Wrong as wrong:
        raise Wrong(f"{number}: {wrong}") from wrong


def _choice(turn: Turn, asked: Asked, words: str) -> int | None:
    """The place of the choice that a letter, a number or a label names."""
    lettered = [place for place, choice in enumerate(asked.choices) if choice.value]
    place = LETTERS.find(words.casefold()) if len(words) == 1 else -1
    lettered_at = lettered[place] if 0 <= place < len(lettered) else None
    labelled_at = match(words, asked.choices)
    if lettered_at is not None and labelled_at is not None and lettered_at != labelled_at:
        raise Wrong(turn.t("{number}: I cannot tell which is your answer.", number=asked.number))
    return labelled_at if lettered_at is None else lettered_at
