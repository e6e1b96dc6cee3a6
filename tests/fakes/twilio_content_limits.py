"""What Twilio's pages say that its Content API takes, at making a resource and at filling it."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.fakes.twilio_refusals import refuse

VARIABLE = re.compile(r"\{\{([^{}]*)\}\}")
_LIMITS = {"body": 1024, "title": 20, "button": 20, "item": 24, "description": 72, "id": 200}
_TEXT_BODY = 1600
_LONGEST_VALUE = 1600
_MOSTVARIABLES = 100


def check_variables(variables: Any, types: str) -> None:
    if not isinstance(variables, dict) or len(variables) > _MOSTVARIABLES:
        raise refuse(92002, "too many variables")
    used = VARIABLE.findall(types)
    if types.count("{{") != len(used):
        raise refuse(92003, "a malformed variable")
    for name in used:
        if not name.strip() or " " in name or len(name) > 16 or not variables.get(name):
            raise refuse(92003, f"the variable {name!r} has no name or no sample")


def check_types(types: Mapping[str, Any]) -> None:
    (kind, body) = next(iter(types.items()))
    if not isinstance(body, dict) or not body.get("body"):
        raise refuse(20001, "a body is required")
    match kind:
        case "twilio/text":
            pass
        case "twilio/quick-reply":
            _check_actions(body.get("actions") or [])
        case "twilio/list-picker":
            if not body.get("button"):
                raise refuse(20001, "a button is required")
            _check_items(body.get("items") or [])
        case _:
            raise refuse(20001, f"{kind} is not known")
    check_lengths(filled_in(body, {}), is_text=kind == "twilio/text")


def _check_actions(actions: Sequence[Mapping[str, str]]) -> None:
    if not 1 <= len(actions) <= 10:
        raise refuse(20001, "1 to 10 buttons")
    for action in actions:
        if set(action) != {"type", "title", "id"} or action["type"] != "QUICK_REPLY" or not all(action.values()):
            raise refuse(20001, "a button has a type, a title and an id")


def _check_items(items: Sequence[Mapping[str, str]]) -> None:
    if not 1 <= len(items) <= 10:
        raise refuse(20001, "1 to 10 items")
    for item in items:
        if not {"item", "id"} <= set(item) <= {"item", "id", "description"} or not all(item.values()):
            raise refuse(20001, "an item has words and an id, and no empty description")


def read_variables(text: str) -> dict[str, str]:
    try:
        values = json.loads(text or "{}")
    except ValueError:
        raise refuse(21656, "ContentVariables is no JSON") from None
    if not isinstance(values, dict):
        raise refuse(21656, "ContentVariables is no object")
    for value in values.values():
        if not isinstance(value, str) or not value.strip():
            raise refuse(21656, "a variable is empty")
        if len(value) > _LONGEST_VALUE:
            raise refuse(21658, "a variable is too long")
    return values


def check_body_values(values: Sequence[str]) -> None:
    for value in values:
        if re.search(r"[\n\r\t\v\f\x85\u2028\u2029]| {5}", value):
            raise refuse(21656, "a variable of the body has a line break, a tab or more than four spaces")


def check_lengths(filled: Any, *, is_text: bool = False) -> None:
    for key, value in filled.items():
        most = _TEXT_BODY if is_text and key == "body" else _LIMITS.get(key, _LONGEST_VALUE)
        if isinstance(value, list):
            for each in value:
                check_lengths(each)
        elif len(value.encode("utf-16-le")) // 2 > most:
            raise refuse(21658, f"{key} is too long")


def check_apart(values: Sequence[str]) -> None:
    if len(set(values)) < len(values):
        raise refuse(63013, "two of them are the same")


def filled_in(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return VARIABLE.sub(lambda found: values.get(found[1], ""), value)
    if isinstance(value, list):
        return [filled_in(each, values) for each in value]
    return {key: filled_in(each, values) for key, each in value.items()}
