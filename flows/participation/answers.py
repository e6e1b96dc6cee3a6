"""Answers as they are kept, by item, and Decidim's rules of what each type of question takes.

An answer is text. Words are themselves. Of options it is their slugs on the first line: in the order of the file, but
in the person's order where they are sorted; then, for each free option with words, a line "slug words". Of files it is
their names, a line each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flows.participation.refusal import Reason, Refused
from flows.participation.survey import CHOSEN, MATRICES, SEVERAL, SILENT, WRITTEN, Item, Question, Type
from flows.participation.writing import one_line, paragraphs

LONGEST = 10_000
"""Characters of an answer, whatever the file says."""
FREE_MOST = 200
"""Characters of the words of a free option, where the question sets no limit."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The options chosen, and the words of those that take any."""

    options: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)


def choices_in(answer: str) -> Choices:
    """Read an answer of options."""
    first, _, rest = answer.partition("\n")
    words = (line.partition(" ") for line in rest.split("\n")) if rest else ()
    return Choices(tuple(first.split()), {slug: text for slug, _, text in words if text})


def options_in(answer: str) -> list[str]:
    """The options alone."""
    return answer.partition("\n")[0].split()


def kept(options: Iterable[str], words: Mapping[str, str] | None = None) -> str:
    """Write an answer of options."""
    chosen = tuple(options)
    lines = (f"{slug} {text}" for slug, text in (words or {}).items() if slug in chosen and text)
    return "\n".join((" ".join(chosen), *lines))


def check(item: Item, answer: str) -> str:
    """The answer to an item as it is kept, "" where it may be passed over.

    Raises `Refused` with the question's slug among the facts where that is what is to be mended.
    """
    question = item.question
    if not answer:
        if question.is_mandatory:
            raise _refused(Reason.QUESTION_UNANSWERED, item)
        return ""
    if question.type in WRITTEN:
        return check_text(answer, question)
    if question.type is Type.FILES:
        return answer
    given = choices_in(answer)
    check_options(item, given.options)
    return kept(
        _in_order(question, given.options), {slug: check_words(text, question) for slug, text in _free(item, given)}
    )


def check_text(text: str, question: Question) -> str:
    """Words of the person's own: a line for a short answer, paragraphs for a long one."""
    return _within(
        paragraphs(text) if question.type is Type.LONG_ANSWER else one_line(text), question.max_characters or LONGEST
    )


def check_words(text: str, question: Question) -> str:
    """The words of a free option; Decidim's limit of characters holds for them too."""
    return _within(one_line(text), question.max_characters or FREE_MOST)


def check_options(item: Item, options: Sequence[str]) -> None:
    """They are its own, each once, not too many, and all of them where they are sorted."""
    question = item.question
    if any(question.option(slug) is None for slug in options):
        raise _refused(Reason.OPTION_UNKNOWN, item)
    if len({*options}) != len(options):
        raise _refused(Reason.OPTION_TWICE, item)
    if question.type not in SEVERAL and len(options) != 1:
        raise _refused(Reason.ONE_OPTION, item)
    if question.type is Type.SORTING and len(options) != len(question.options):
        raise _refused(Reason.NOT_ALL_SORTED, item, count=len(question.options))
    if question.max_choices and len(options) > question.max_choices:
        raise _refused(Reason.TOO_MANY_OPTIONS, item, count=question.max_choices)


def needs_words(item: Item, answer: str) -> str:
    """The free option that was chosen and has no words yet; "" for none."""
    if not item.question.has_free or item.question.type not in CHOSEN:
        return ""
    given = choices_in(answer)
    free = {option.slug for option in item.question.options if option.is_free}
    return next((slug for slug in given.options if slug in free and slug not in given.words), "")


def is_answered(question: Question, answers: Mapping[str, str]) -> bool:
    """Something was said to it: of a matrix, in any row."""
    if question.type in MATRICES:
        return any(answers.get(item.key) for item in question.items)
    return question.type not in SILENT and bool(answers.get(question.slug))


def _within(words: str, most: int) -> str:
    if not words:
        raise Refused(Reason.TEXT_EMPTY)
    if len(words) > most:
        raise Refused(Reason.TEXT_TOO_LONG, length=len(words), most=most, count=len(words) - most)
    return words


def _in_order(question: Question, options: Sequence[str]) -> Sequence[str]:
    if question.type is Type.SORTING:
        return options
    return [option.slug for option in question.options if option.slug in options]


def _free(item: Item, given: Choices) -> Iterable[tuple[str, str]]:
    free = {option.slug for option in item.question.options if option.is_free}
    return [(slug, text) for slug, text in given.words.items() if slug in free]


def _refused(reason: Reason, item: Item, **facts: object) -> Refused:
    return Refused(reason, question=item.question.text, slug=item.key, **facts)
