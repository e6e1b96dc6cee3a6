"""The models of the files, asked what belongs at a path."""

from collections.abc import Iterator
from typing import get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.config.building import Path
from bot.config.spot import Spot
from bot.config.texts import EASY, TRANSLATED


def translated(model: type[BaseModel], spot: Spot) -> Iterator[Spot]:
    """Every value in a file that should hold one text per language, and perhaps `easy`."""
    written = dict(spot.entries)
    for name, field in model.model_fields.items():
        here = written.get(field.alias or name)
        if here is None:
            continue
        if _is_text(field):
            yield here
        elif inner := model_in(field.annotation):
            for one in here.items if isinstance(here.value, list) else [here]:
                yield from translated(inner, one)


def field_at(model: type[BaseModel], path: Path) -> FieldInfo | None:
    """The field of a path; an item of a list is its list's field."""
    while path and isinstance(path[-1], int):
        path = path[:-1]
    owner = model_at(model, path[:-1])
    if owner is None or not path:
        return None
    return next((field for one, field in owner.model_fields.items() if path[-1] in (one, field.alias)), None)


def model_at(model: type[BaseModel] | None, path: Path) -> type[BaseModel] | None:
    """The model of the mapping at a path."""
    for part in path:
        if isinstance(part, str) and model is not None:
            fields = model.model_fields.items()
            model = next((model_in(field.annotation) for one, field in fields if part in (one, field.alias)), None)
    return model


def text_at(model: type[BaseModel], path: Path) -> bool | None:
    """Is this where a text in several languages stands (True), or its plain language (False)? None: neither."""
    if path[-1:] == (EASY,) and _is_text(field_at(model, path[:-1])):
        return False
    return True if _is_text(field_at(model, path)) else None


def _is_text(field: FieldInfo | None) -> bool:
    return field is not None and TRANSLATED in field.metadata


def model_in(annotation: object) -> type[BaseModel] | None:
    """The model that an annotation names, alone, in a list, or beside None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := model_in(one))), None)


def literals(annotation: object) -> list[str]:
    """The words that an annotation allows."""
    words: list[str] = []
    for one in get_args(annotation):
        words.extend([one] if isinstance(one, str) else literals(one))
    return words
