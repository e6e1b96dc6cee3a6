"""The few words that the machinery itself says, in the citizen's language."""

from functools import cache
from typing import assert_never

from msgspec import structs

from channels.message import Unclear, Words
from flows.participation.tenant import Town
from flows.participation.words import words_in
from flows.text import catalogue


@cache
def channel_words(language: str, *, is_slow: bool = False) -> Words:
    """What a channel may need to draw a message; a slow one, where people write letters, a little more."""
    t = catalogue(language).translate
    words = Words(part=t("({part}/{parts})", {}), options=t("Choose an option", {}))
    if not is_slow:
        return words
    return structs.replace(
        words,
        marker=t("— Write your answer above this line —", {}),
        heard=t("You wrote:", {}),
        stop=t("To get no more messages, write STOP.", {}),
    )


def town_name(town: Town, language: str) -> str:
    """The town's name in the person's language."""
    return words_in(town.name, language, town.language)


def apology(language: str) -> str:
    """Something of ours broke; what was written before is safe."""
    t = catalogue(language).translate
    return t(
        "Sorry, something went wrong on our side and your last message did not count. Nothing else was lost: "
        "please write it again, or write MENU.",
        {},
    )


def stopped(town: Town, is_last: bool, language: str) -> str:
    """The one answer to STOP; `is_last`: there is no other address of the person that may be written to."""
    t = catalogue(language).translate
    values = {"town": town_name(town, language)}
    if not is_last:
        return t(
            "Done: {town} will not write to you here any more, only at your other addresses. For none at all, write "
            "STOP ALL. To come back here, write START; to be forgotten, write FORGET ME.",
            values,
        )
    return t(
        "Done: {town} will not write to you any more. What you have sent stays. To come back, write START; "
        "to be forgotten, write FORGET ME.",
        values,
    )


def stopped_everywhere(town: Town, is_last: bool, language: str) -> str:
    """The one answer to STOP where several towns share an account."""
    t = catalogue(language).translate
    words = t(
        "Done: neither this town nor any other will write to you here any more. What you have sent stays. "
        "To come back, write START; to be forgotten, write FORGET ME.",
        {},
    )
    if is_last:
        return words
    values = {"town": town_name(town, language)}
    more = t("{town} still writes to you at your other addresses. For none at all, write STOP ALL.", values)
    return f"{words} {more}"


def explained(reason: Unclear, language: str, *, is_letter: bool) -> str:
    """The one answer a day to what nothing can be done with."""
    t = catalogue(language).translate
    match reason:
        case Unclear.EMPTY if is_letter:
            return t(
                "I have found nothing in your mail that you wrote yourself. Answer this one, and write above the line.",
                {},
            )
        case Unclear.EMPTY:
            return t("Your message came without words. To see what you can do, write MENU.", {})
        case Unclear.EXPIRED:
            return t(
                "What you have answered is too old or was erased, so your message has not counted. "
                "To go on, answer this one; write MENU to see what you can do.",
                {},
            )
        case Unclear.UNPROVED:
            return t(
                "I have got a mail from this address, and cannot tell whether you sent it: it has not counted. "
                "If it was you, answer this mail and write it again: then I know. If it was not, do nothing.",
                {},
            )
        case Unclear.TOO_LARGE:
            return t("Your message was too large to be read. Please send less at once, or smaller files.", {})
        case _:
            assert_never(reason)


def too_many(language: str) -> str:
    """The one answer to a flood."""
    return catalogue(language).translate(
        "You are sending messages faster than I can read them. Please wait a minute; what you send until then "
        "does not count.",
        {},
    )


def too_many_letters(language: str) -> str:
    """The one answer to a flood of mail."""
    return catalogue(language).translate(
        "I have got more mails from you than I can answer. Please wait an hour; what you send until then does not "
        "count, except STOP.",
        {},
    )
