"""What a tenant's files say, noun by noun, so that two revisions can be compared as a person would."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from pydantic import BaseModel

from bot.config.accounts import CHANNELS
from bot.config.reading import Files, Model, Read, read_files
from bot.config.source import Source

Noun: TypeAlias = tuple[str, str]
"""Its kind and its name: ("phase", "mercat/ideas")."""
Nouns: TypeAlias = Mapping[Noun, Mapping[str, object]]

KINDS = (
    "tenant",
    "account",
    "process",
    "phase",
    "survey",
    "assembly",
    "debate",
    "meeting",
    "result",
    "broadcast",
    "answer",
    "text",
    "file",
)


def nouns_of(source: Source) -> Nouns:
    """Everything in the files, with its fields as plain values."""
    files = read_files(source)
    return dict(_nouns(files))


def _nouns(files: Files) -> Iterator[tuple[Noun, Mapping[str, object]]]:
    head = (files.tenant and files.tenant.model) or (files.platform and files.platform.model)
    if head:
        yield ("tenant", files.source.id), _fields(head)
    channels = files.channels.model if files.channels else None
    for channel in CHANNELS if channels else ():
        if (part := getattr(channels, channel)) is not None:
            yield ("account", channel), _fields(part)
    yield from _processes(files)
    yield from _all("survey", files.surveys)
    yield from _all("assembly", files.assemblies)
    yield from _all("debate", files.debates)
    yield from _all("meeting", files.meetings)
    yield from _all("result", files.results)
    yield from _all("broadcast", files.broadcasts)
    for read in files.answers:
        answers = read.model.answers if read.model else ()
        yield from ((("answer", one.proposal), _fields(one)) for one in answers)
    for kind, papers in files.papers.items():
        yield from ((("text", f"{kind}/{language}"), {"words": words}) for language, words in papers.items())
    for path, content in files.source.files.items():
        if not path.endswith((".yaml", ".md")):
            yield ("file", path), {"content": hashlib.sha256(content).hexdigest()}


def _processes(files: Files) -> Iterator[tuple[Noun, Mapping[str, object]]]:
    for process in files.processes:
        if process.model:
            fields = _fields(process.model)
            del fields["phases"]
            yield ("process", process.slug), fields
            yield from ((("phase", f"{process.slug}/{one.slug}"), _fields(one)) for one in process.model.phases)


def _all(kind: str, files: Iterable[Read[Model]]) -> Iterator[tuple[Noun, Mapping[str, object]]]:
    yield from (((kind, one.slug), _fields(one.model)) for one in files if one.model)


def _fields(model: BaseModel) -> dict[str, object]:
    return model.model_dump(mode="json", by_alias=True)
