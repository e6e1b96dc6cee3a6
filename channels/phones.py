"""What a phone number tells: whether it is one, and the country that a message to it is paid for."""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

_DEAR = {
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.UAN,
    PhoneNumberType.PAGER,
    PhoneNumberType.VOICEMAIL,
}
"""Kinds of numbers that nobody writes from, and somebody earns with."""
_NUMBER = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)


def is_number(text: str) -> bool:
    """It has the form of an international number; short codes and names of senders have not."""
    return _NUMBER.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def country_of(number: str) -> str:
    """The country, as "ES"; empty for what is no number of a person's phone."""
    if not is_number(number):
        return ""
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(parsed) or phonenumbers.number_type(parsed) in _DEAR:
        return ""
    return phonenumbers.region_code_for_number(parsed) or ""
