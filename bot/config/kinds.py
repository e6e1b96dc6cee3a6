"""The kinds of value a tenant's file may hold, each with the words that help when one is wrong."""

import re
from datetime import date, datetime, time
from typing import Annotated, Literal, TypeAlias, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

Language = Literal["ca", "es", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
SECRET = re.compile(r"\$\{[A-Z][A-Z0-9_]*\}")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_EMAIL = re.compile(r"[^@\s<>]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
_PHONE = re.compile(r"\+[1-9][0-9 ]{6,18}[0-9]")
_PREFIX = re.compile(r"[A-Z][A-Z0-9]{1,9}")
_KEYWORD = re.compile(r"[^\W_]{2,20}")
_USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
_HOST = re.compile(r"localhost|127\.0\.0\.1|::1|[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
_COUNTRY = re.compile(r"[A-Z]{2}")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_MOMENT = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?")
_DATE = {"type": "string", "pattern": f"^{_MOMENT.pattern}$"}
_HOUR = {"type": "string", "pattern": f"^{_MOMENT.pattern.removesuffix('?')}$"}
_REFERENCE = re.compile(r"[A-Z][A-Z0-9]{1,9}-PROP-20[0-9]{2}-[0-9]{2}-[0-9]{4,9}")
_WEEK = 7 * 24 * 60
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Written(BaseModel):
    """A mapping in a file: no key that is not known, no value turned into another kind."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


def wrong(code: str, message: str, hint: str) -> PydanticCustomError:
    """A value that a kind refuses; `bot.config.complaints` turns it into a finding."""
    return PydanticCustomError("own", "{message}", {"code": code, "message": message, "hint": hint})


def is_slug(value: str) -> bool:
    """Is this a short name for files, links and tables?"""
    return bool(_SLUG.fullmatch(value))


def is_prefix(value: str) -> bool:
    """Can the references of a town begin with this?"""
    return bool(_PREFIX.fullmatch(value))


def filled(value: str) -> str:
    """Text that says something."""
    if not value.strip():
        raise wrong("blank", "is blank", "write the text, or delete the line")
    return value


def _slug(value: str) -> str:
    if not is_slug(value):
        raise wrong("slug", "is not a short name", "a-z, 0-9 and -, at most 60, for example `market-square`")
    return value


def https(value: str) -> str:
    """A public address: https, with a host, without a password."""
    parts = _address(value)
    if parts[0] == "javascript":
        raise wrong("script", "is a script, not an address", "write an address that begins with https://")
    if parts[0] != "https":
        raise wrong("https", "is a public address without https", "write https://…")
    return value


def _api(value: str) -> str:
    scheme, host = _address(value)
    if scheme != "https" and not (scheme == "http" and host in _LOOPBACK):
        raise wrong("https", "is an address without https", "write https://…; http only for this machine")
    return value


def _address(value: str) -> tuple[str, str]:
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    is_script = parts.scheme == "javascript"
    if not is_script and (not host or parts.username is not None or re.search(r"\s", value)):
        raise wrong("address", "is not a web address", "for example `https://participa.example.org/mercat`")
    return parts.scheme, host


def _matching(pattern: re.Pattern[str], code: str, what: str, example: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise wrong(code, f"is not {what}", f"for example `{example}`")
        return value

    return AfterValidator(check)


def moment(value: object) -> date:
    """A day, or a time of a day (a `datetime`)."""
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    except ValueError:
        raise wrong("date", "is not a day of the calendar", "is the month as long as that?") from None
    raise wrong("date", "is not a date", "for example `2026-11-25` or `2026-11-25T18:00`")


def _day(value: object) -> date:
    day = moment(value)
    if isinstance(day, datetime):
        raise wrong("date", "is not a day", "for example `2026-12-25`")
    return day


def _hour(value: object) -> datetime:
    instant = moment(value)
    if not isinstance(instant, datetime):
        raise wrong("date", "has no time of day", "for example `2026-12-03T19:00`")
    return instant


def _minutes(value: object) -> int | Literal["always"]:
    if value == "always":
        return "always"
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _WEEK:
        hint = "for example `5`; 0 to 10080, which is a week, or `always`: until the town answers"
        raise wrong("minutes", "is neither a number of minutes nor `always`", hint)
    return value


def days(least: int, most: int, why: str) -> AfterValidator:
    """For how many days a thing is kept; `why` not longer or shorter."""

    def check(value: int) -> int:
        if not least <= value <= most:
            raise wrong("days", f"is not {least} to {most} days", why)
        return value

    return AfterValidator(check)


def clock(value: object) -> time:
    """A time of day."""
    if isinstance(value, time):
        return value
    found = _CLOCK.fullmatch(str(value).strip())
    if not found:
        raise wrong("time", "is not a time of day", "for example `9:00`")
    return time(int(found[1]), int(found[2]))


def _secret(value: str) -> str:
    if not SECRET.fullmatch(value):
        hint = "write `${NAME}` and set that variable, or use the key that ends in _file; then have a new one issued"
        raise wrong("literal_secret", "is a secret written in the file", hint)
    return value


def _secret_file(value: str) -> str:
    if not value.startswith("/") or "\0" in value:
        hint = "for example `/run/secrets/token`; what is in the tenant's folder goes into the store"
        raise wrong("secret_file", "is not an absolute path outside the tenant's folder", hint)
    return value


def _sid(letters: str, what: str) -> AfterValidator:
    return _matching(
        re.compile(f"{letters}[0-9a-f]{{32}}"), "sid", f"the id of a Twilio {what}", f"{letters}{'0' * 32}"
    )


_AS_TEXT = PlainSerializer(str, return_type=str, when_used="json")

Line: TypeAlias = Annotated[str, Field(max_length=200), AfterValidator(filled)]
Slug: TypeAlias = Annotated[str, AfterValidator(_slug), Field(json_schema_extra={"pattern": f"^{_SLUG.pattern}$"})]
PublicUrl: TypeAlias = Annotated[
    str, Field(max_length=500, json_schema_extra={"pattern": "^https://"}), AfterValidator(https)
]
ApiUrl: TypeAlias = Annotated[str, Field(max_length=500), AfterValidator(_api)]
Email: TypeAlias = Annotated[str, _matching(_EMAIL, "email", "an email address", "participacio@example.org")]
Phone: TypeAlias = Annotated[str, _matching(_PHONE, "phone", "an international phone number", "+34 600 000 001")]
Prefix: TypeAlias = Annotated[str, _matching(_PREFIX, "prefix", "2 to 10 capitals or digits", "VIL")]
Keyword: TypeAlias = Annotated[str, _matching(_KEYWORD, "keyword", "one word of 2 to 20 letters", "vilanova")]
Username: TypeAlias = Annotated[str, _matching(_USERNAME, "username", "a Telegram user name", "vilanova_bot")]
Host: TypeAlias = Annotated[str, _matching(_HOST, "host", "the name of a server", "mail.vilanova.example.org")]
Country: TypeAlias = Annotated[str, _matching(_COUNTRY, "country", "a country of two letters", "ES")]
AccountSid: TypeAlias = Annotated[str, _sid("AC", "account")]
ServiceSid: TypeAlias = Annotated[str, _sid("MG", "Messaging Service")]
ContentSid: TypeAlias = Annotated[str, _sid("HX", "template")]
Reference: TypeAlias = Annotated[
    str,
    _matching(_REFERENCE, "reference", "the reference of a proposal", "VIL-PROP-2026-11-0042"),
    Field(json_schema_extra={"pattern": f"^{_REFERENCE.pattern}$"}),
]
Hour: TypeAlias = Annotated[datetime, PlainValidator(_hour), _AS_TEXT, WithJsonSchema(_HOUR)]
Minutes: TypeAlias = Annotated[
    int | Literal["always"],
    PlainValidator(_minutes),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0, "maximum": _WEEK}, {"const": "always"}]}),
]
Moment: TypeAlias = Annotated[date, PlainValidator(moment), _AS_TEXT, WithJsonSchema(_DATE)]
Day: TypeAlias = Annotated[
    date, PlainValidator(_day), _AS_TEXT, WithJsonSchema({"type": "string", "pattern": r"^20\d{2}-\d{2}-\d{2}$"})
]
Clock: TypeAlias = Annotated[
    time, PlainValidator(clock), _AS_TEXT, WithJsonSchema({"type": "string", "pattern": f"^{_CLOCK.pattern}$"})
]
Secret: TypeAlias = Annotated[
    str, AfterValidator(_secret), Field(json_schema_extra={"pattern": rf"^{SECRET.pattern}$"})
]
SecretFile: TypeAlias = Annotated[str, AfterValidator(_secret_file), Field(json_schema_extra={"pattern": "^/"})]
