"""What a person chooses about themselves: a language and a public name."""

import re
import unicodedata
from types import MappingProxyType

from flows.participation.refusal import Reason, Refused
from flows.participation.words import Words
from flows.participation.writing import has_hidden, one_line
from flows.turn import Turn

NAME_LENGTHS = (2, 60)

_TOWN_HALLS = re.compile(
    r"\b(ajuntament|ayuntamiento|alcaldia|alcald(e|esa|essa) de|consistorio?|(town|city) (hall|council)|mayor of)\b"
)
_CONTACT = re.compile(r"@|://|\bwww\.|\bt\.me\b|\bwa\.me\b", re.IGNORECASE)
_PHONE = re.compile(r"\d(?:[\s.()/+-]*\d){5,}")


def choose_language(turn: Turn, language: str) -> None:
    """From this turn on. A language the town does not offer is the town's own."""
    turn.language = language if language in turn.town.languages else turn.town.language
    turn.participant.language = turn.language


def choose_easy(turn: Turn, is_easy: bool) -> None:
    """The town's texts in plain language, where it has them, from this turn on."""
    turn.is_easy = turn.participant.is_easy = is_easy


def check_name(name: str, town: Words = MappingProxyType({})) -> str:
    """A public name as it will be shown: any words, a pseudonym too, but no way to reach or trace the person.

    Nor is it the town's name or its hall's, whose answers stand next to what people publish.
    """
    if has_hidden(name.strip()):
        raise Refused(Reason.NAME_HAS_HIDDEN)
    name = one_line(name)
    least, most = NAME_LENGTHS
    if len(name) < least:
        raise Refused(Reason.NAME_TOO_SHORT, least=least, length=len(name))
    if len(name) > most:
        raise Refused(Reason.NAME_TOO_LONG, most=most, length=len(name))
    plain = unicodedata.normalize("NFKC", name)
    if _CONTACT.search(plain) or _PHONE.search(plain):
        raise Refused(Reason.NAME_IS_CONTACT)
    if not any(character.isalpha() for character in plain):
        raise Refused(Reason.NAME_WITHOUT_LETTERS)
    if _TOWN_HALLS.search(_plain(name)) or _plain(name) in map(_plain, town.values()):
        raise Refused(Reason.NAME_IS_OFFICIAL)
    return name


def choose_name(turn: Turn, name: str) -> None:
    """The name under which what the person publishes is shown from now on."""
    turn.participant.public_name = check_name(name, turn.town.name)


def _plain(name: str) -> str:
    """Without case and accents, whatever letters it was written in."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return " ".join("".join(each for each in letters if not unicodedata.combining(each)).split())
