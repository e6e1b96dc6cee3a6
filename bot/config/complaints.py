"""What pydantic says of a file, as findings: in place, in plain words, with a hint."""

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.config.building import Path
from bot.config.document import Document
from bot.config.fields import field_at, literals, model_at, text_at
from bot.config.finding import Finding, error
from bot.config.kinds import LANGUAGES
from bot.config.texts import EASY

_KINDS = {
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "keys and values",
}
_EXPECTED: Mapping[str, str] = MappingProxyType(
    {
        "string_type": "text",
        "bool_type": "true or false",
        "int_type": "a whole number",
        "int_from_float": "a whole number",
        "float_type": "a number",
        "list_type": "a list",
        "dict_type": "one text for each language",
        "model_type": "keys and values",
        "model_attributes_type": "keys and values",
    }
)
_LIMITS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "string_too_short": ("is shorter than {min_length} characters", ""),
        "string_too_long": ("is longer than {max_length} characters", "make it shorter"),
        "too_short": ("has fewer than {min_length}", "write at least {min_length}"),
        "too_long": ("has more than {max_length}", "keep the first {max_length}"),
        "greater_than": ("is not greater than {gt}", ""),
        "greater_than_equal": ("is less than {ge}", ""),
        "less_than_equal": ("is more than {le}", ""),
    }
)
_MISSING = {
    "grant": "there is no grant: a town is not served without the decree that grants it the platform",
    "terms": "there are no terms of use of the town's own",
    "shield": "there is no shield of the town",
}


def complaints(document: Document, model: type[BaseModel], failure: ValidationError) -> Iterator[Finding]:
    """One finding for each error."""
    for details in failure.errors(include_url=False):
        yield _complaint(document, model, details)


def nearest(word: str, known: list[str]) -> str:
    """A hint: the known word that is nearest, else all of them."""
    close = get_close_matches(word.casefold(), known, 1, 0.6)
    return f"did you mean `{close[0]}`?" if close else f"known: {', '.join(known)}"


def _complaint(document: Document, model: type[BaseModel], details: ErrorDetails) -> Finding:
    code, path = details["type"], details["loc"]
    if code == "missing":
        message = _MISSING.get(str(path[-1]), f"{_name(path)} is missing")
        return error(document.path, document.key(path[:-1]), "missing", message, _example(model, path))
    if code == "extra_forbidden":
        return _unknown(document, model, path)
    if code == "literal_error":
        return _unknown_value(document, model, path, details)
    return _unfit(document, model, path, details)


def _unfit(document: Document, model: type[BaseModel], path: Path, details: ErrorDetails) -> Finding:
    """A value of the wrong kind, or one that its kind refuses."""
    code, context, name = details["type"], details.get("ctx", {}), _name(path)
    place = document.value(path)
    if code == "own":
        return error(document.path, place, str(context["code"]), f"{name} {context['message']}", str(context["hint"]))
    if code in _EXPECTED:
        found = "nothing" if details["input"] is None else _KINDS.get(type(details["input"]), "something else")
        hint = 'put it in quotes: "…"' if code == "string_type" and found != "nothing" else ""
        message = f"{name} should be {_EXPECTED[code]}, not {found}"
        return error(document.path, place, "type", message, _example(model, path) or hint)
    message, hint = (words.format_map(context) for words in _LIMITS.get(code, (details["msg"], "")))
    return error(document.path, place, "limit", f"{name} {message}", hint)


def _unknown(document: Document, model: type[BaseModel], path: Path) -> Finding:
    key, name = str(path[-1]), _name(path)
    place = document.key(path)
    if path[:1] == ("branding",) and (key.startswith("platform") or key in {"name", "logo"}):
        hint = "fixed by the platform, add your shield"
        return error(document.path, place, "platform_brand", f"{name} cannot be changed", hint)
    if (text := text_at(model, path[:-1])) is not None:
        known = [*LANGUAGES, *([EASY] if text else [])]
        message = f"{name} is not a language spoken here"
        return error(document.path, place, "language", message, nearest(key, known))
    owner = model_at(model, path[:-1])
    known = [field.alias or one for one, field in owner.model_fields.items()] if owner else []
    return error(document.path, place, "unknown_key", f"unknown key {name}", nearest(key, known))


def _unknown_value(document: Document, model: type[BaseModel], path: Path, details: ErrorDetails) -> Finding:
    field = field_at(model, path)
    known = literals(field.annotation) if field else []
    value = details["input"]
    if not isinstance(value, str):
        return error(document.path, document.value(path), "type", f"{_name(path)} should be a word", nearest("", known))
    message = f"{_name(path)} is not one of the words known here: `{value[:40]}`"
    return error(document.path, document.value(path), "unknown_value", message, nearest(value, known))


def _name(path: Path) -> str:
    """The way to a value in its file: `phases[2].title.ca`."""
    words = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part[:60]}" for part in path)
    return f"`{words.removeprefix('.')}`"


def _example(model: type[BaseModel], path: Path) -> str:
    field = field_at(model, path)
    if field is None or not field.examples or isinstance(path[-1], int):
        return ""
    return f"for example `{path[-1]}: {_yaml(field.examples[0])}`"


def _yaml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_yaml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_yaml(one) for one in value) + "]"
    return str(value) if isinstance(value, str) else json.dumps(value)
