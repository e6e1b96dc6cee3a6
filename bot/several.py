"""Answers to several questions at once: each is checked as if it came alone, and what is right is kept."""

import re
from collections.abc import Collection, Iterator, Sequence

from bot.mistakes import mistaken
from bot.picking import names
from bot.question import Said, is_offered
from bot.session import Asked
from bot.together import LETTERS, example, skip_of
from bot.walk import Walk
from flows.marks import Marked, read_marks
from flows.picks import NoSuchNumber, read_picks
from flows.reply import match
from flows.step import Ask, Goto, Wrong
from flows.turn import Turn


def answer_several(walk: Walk, ask: Ask, several: list[Asked], text: str) -> Said:
    """Keep every answer that is right and ask the rest again; all of them where nobody can tell what was answered.

    Without any number, a line for each answers them in their order, if it can be nothing else; else words answer the
    first question where all of them are answered in words. Where all may be passed over, the word for it does that.
    """
    is_free = {asked.number: asked.is_free for asked in several}
    many = {asked.number for asked in several if asked.is_many}
    is_passed = all((skip := skip_of(asked)) is not None and match(text, [skip]) == 0 for asked in several)
    marked = Marked() if is_passed else read_marks(text, is_free, many) or _line_by_line(walk.turn, several, text)
    if is_bare := marked is None and all(is_free.values()):
        marked = Marked({several[0].number: text})
    if marked is None or not (is_passed or marked.given or marked.unclear):
        return mistaken(walk, ask, _cannot_tell(walk.turn, several))
    right: list[str] = []
    wrong: list[str] = []
    missing: list[str] = []
    left = ""
    for asked in several:
        move = walk.stand(asked.key)
        if not isinstance(move, Ask):
            return walk.run(move)
        ask, number = move, str(asked.number)
        if (problem := _keep(walk, ask, asked, marked)) is None:
            right.append(number)
            continue
        left = left or asked.key
        (wrong if problem else missing).append(problem or number)
    has_kept = bool(right)
    if is_bare or not left:
        right.clear()
    if is_bare:
        missing.clear()
    walk.parts.extend(_told(walk.turn, several, right, wrong, missing, marked.unknown))
    if not left:
        return walk.run(Goto(ask.then))
    if not has_kept:
        walk.session.wrong += 1
        walk.frame.stumble()
    walk.frame.revising = left
    return walk.run(walk.stand(left))


def unmarked(ask: Ask, text: str) -> str:
    """The words behind a question's own number, where it is asked alone again; a letter as the label it stood for."""
    lettered = [choice for choice in ask.choices if choice.value]
    is_free, many = ask.check is not None and not lettered, (ask.number,) if ask.picks else ()
    if not ask.number or (marked := read_marks(text, {ask.number: is_free}, many)) is None:
        return text
    words = text if marked.unclear else marked.given.get(ask.number, "")
    if ask.picks and (places := _places(words, len(lettered))):
        return " ".join(str(place + 1) for place in places)
    place = LETTERS.find(words) if len(words) == 1 else -1
    return lettered[place].label if 0 <= place < len(lettered) else words


def _line_by_line(turn: Turn, several: list[Asked], text: str) -> Marked | None:
    """The last takes all lines that are left where it is answered in words; a choice is to be found in its line."""
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    last = len(several) - 1
    if len(lines) <= last or (len(lines) > len(several) and not several[last].is_free):
        return None
    lines[last:] = ["\n".join(lines[last:])]
    pairs = list(zip(several, lines, strict=True))
    try:
        is_told = all(asked.is_free or _tells(turn, asked, line) for asked, line in pairs)
    except Wrong:
        return None
    return Marked({asked.number: line for asked, line in pairs}) if is_told else None


def _cannot_tell(turn: Turn, several: list[Asked]) -> str:
    how = example(turn, several)
    return turn.t("I cannot tell which question that answers. Write it like this: {example}", example=how)


def _keep(walk: Walk, ask: Ask, asked: Asked, marked: Marked) -> str | None:
    """Keep the answer, if it is right; else what is wrong with it, empty where there is none."""
    is_given = asked.number in marked.given or asked.number in marked.unclear
    skip = next((choice for choice in asked.choices if not choice.value), None)
    if not is_given and skip is None:
        return ""
    try:
        value, shown = _answer(walk.turn, ask, asked, marked) if is_given or skip is None else (skip.value, skip.label)
    except Wrong as wrong:
        return f"{asked.number}: {wrong}"
    walk.keep(ask, value, shown)
    return None


def _answer(turn: Turn, ask: Ask, asked: Asked, marked: Marked) -> tuple[str, str]:
    """The value and the words of one answer. Raises `Wrong`."""
    if asked.number in marked.unclear:
        raise Wrong(_unclear(turn))
    words = marked.given[asked.number]
    if asked.is_many and ask.check is not None:
        places = _places(words, sum(1 for choice in asked.choices if choice.value))
        kept = ask.check(turn, " ".join(str(place + 1) for place in places) or words)
        return kept, names(ask, kept)
    index = _choice(turn, asked, words)
    if index is not None and is_offered(asked.choices[index].value, ask):
        return asked.choices[index].value, asked.choices[index].label
    if ask.check is None:
        raise Wrong(turn.t("there is no answer “{words}”.", words=words[:20]))
    kept = ask.check(turn, words)
    return kept, names(ask, kept) or kept


def _tells(turn: Turn, asked: Asked, line: str) -> bool:
    """The line names a choice, or several where they are an answer."""
    if not asked.is_many:
        return _choice(turn, asked, line) is not None
    lettered = [choice for choice in asked.choices if choice.value]
    try:
        return bool(_places(line, len(lettered))) or read_picks(line, lettered, asked.in_order) is not None
    except NoSuchNumber:
        return False


def _places(words: str, count: int) -> list[int]:
    """The places of letters, apart or together: "a c", "ac"; empty where they are something else."""
    letters = re.sub(r"[\s,;.]+", "", words.casefold())
    places = [LETTERS.find(letter) for letter in letters]
    return places if all(0 <= place < count for place in places) else []


def _told(
    turn: Turn,
    several: Sequence[Asked],
    right: Sequence[str],
    wrong: Sequence[str],
    missing: Sequence[str],
    unknown: Collection[int],
) -> Iterator[str]:
    """What is kept, and why the rest is asked again."""
    if right:
        yield turn.t("I have the answer to {numbers}.", numbers=", ".join(right))
    yield from wrong
    if missing:
        yield turn.t("No answer yet: {numbers}.", numbers=", ".join(missing))
    first = several[0].number
    if before := [str(number) for number in sorted(unknown) if 0 < number < first]:
        numbers = ", ".join(before)
        yield turn.t("Answered before: {numbers}. To change it, write EDIT.", numbers=numbers)
    for number in sorted(unknown):
        if not 0 < number < first:
            yield turn.t("There is no question {number}.", number=number)


def _unclear(turn: Turn) -> str:
    return turn.t("I cannot tell which is your answer.")


def _choice(turn: Turn, asked: Asked, words: str) -> int | None:
    """The place of the choice that a letter, a number or a label names."""
    lettered = [place for place, choice in enumerate(asked.choices) if choice.value]
    place = LETTERS.find(words.casefold()) if len(words) == 1 else -1
    lettered_at = lettered[place] if 0 <= place < len(lettered) else None
    labelled_at = match(words, asked.choices)
    if lettered_at is not None and labelled_at is not None and lettered_at != labelled_at:
        raise Wrong(_unclear(turn))
    return labelled_at if lettered_at is None else lettered_at
