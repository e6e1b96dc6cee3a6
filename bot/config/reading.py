"""A tenant's files, each read and held against its model; what does not belong is named."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from bot.config.complaints import complaints
from bot.config.document import Document, read_document, read_text
from bot.config.files.answers import AnswersFile
from bot.config.files.assembly import AssemblyFile
from bot.config.files.broadcast import BroadcastFile
from bot.config.files.channels import ChannelsFile
from bot.config.files.debate import DebateFile
from bot.config.files.meeting import MeetingFile
from bot.config.files.process import ProcessFile
from bot.config.files.result import ResultFile
from bot.config.files.survey import SurveyFile
from bot.config.files.tenant import PlatformFile, TenantFile
from bot.config.finding import START, Finding, error, warning
from bot.config.kinds import LANGUAGES, is_slug
from bot.config.source import HEADS, Source
from bot.config.spot import Spot
from flows.participation.words import EASY

Model = TypeVar("Model", bound=BaseModel)

SPACES = ("processes", "assemblies", "surveys", "debates", "meetings", "results", "broadcasts", "answers")
PAPERS = ("terms", "privacy", "help")
_KNOWN = (*HEADS, "channels.yaml", *(f"{one}/NAME.yaml" for one in SPACES), *(f"{one}/LANGUAGE.md" for one in PAPERS))


@dataclass(frozen=True, slots=True)
class Read(Generic[Model]):
    """One file. `model` is None where something in it is wrong."""

    slug: str
    document: Document
    kind: type[Model]
    model: Model | None

    @property
    def spot(self) -> Spot:
        """The file, to be looked at by rules."""
        return Spot(self.document)


@dataclass(slots=True)
class Files:
    """All of a tenant's files, right or wrong.

    `papers` are the long texts: kind → language → text, "ca.easy" among the languages.
    """

    source: Source
    tenant: Read[TenantFile] | None = None
    platform: Read[PlatformFile] | None = None
    channels: Read[ChannelsFile] | None = None
    processes: list[Read[ProcessFile]] = field(default_factory=list)
    assemblies: list[Read[AssemblyFile]] = field(default_factory=list)
    surveys: list[Read[SurveyFile]] = field(default_factory=list)
    debates: list[Read[DebateFile]] = field(default_factory=list)
    meetings: list[Read[MeetingFile]] = field(default_factory=list)
    results: list[Read[ResultFile]] = field(default_factory=list)
    broadcasts: list[Read[BroadcastFile]] = field(default_factory=list)
    answers: list[Read[AnswersFile]] = field(default_factory=list)
    papers: dict[str, dict[str, str]] = field(default_factory=lambda: {kind: {} for kind in PAPERS})
    findings: list[Finding] = field(default_factory=list)

    @property
    def head(self) -> Spot | None:
        """`tenant.yaml` or `platform.yaml`."""
        read = self.tenant or self.platform
        return read.spot if read else None

    @property
    def languages(self) -> list[str]:
        """The tenant's languages as far as they are known, the default first."""
        spoken = (one.text for one in self.head["languages"].items) if self.head else ()
        return list(dict.fromkeys(one for one in spoken if one in LANGUAGES))

    @property
    def is_strict(self) -> bool:
        """Is a text missing in any language an error?"""
        return self.head is not None and self.head["strict_languages"].value is True

    @property
    def zone(self) -> ZoneInfo:
        """The tenant's time zone, or the one that most towns here are in."""
        try:
            return ZoneInfo((self.head and self.head["time_zone"].text) or "Europe/Madrid")
        except (ValueError, OSError, KeyError):
            return ZoneInfo("Europe/Madrid")

    @property
    def written(self) -> Iterator[tuple[Spot, type[BaseModel]]]:
        """Every YAML file, with the model it is held against."""
        if self.tenant is not None:
            yield self.tenant.spot, self.tenant.kind
        if self.platform is not None:
            yield self.platform.spot, self.platform.kind
        if self.channels is not None:
            yield self.channels.spot, self.channels.kind
        for kind in (
            *(self.processes, self.assemblies, self.surveys, self.debates),
            *(self.meetings, self.results, self.broadcasts, self.answers),
        ):
            yield from ((read.spot, read.kind) for read in kind)


def read_files(source: Source) -> Files:
    """Read everything that belongs to a tenant."""
    files = Files(source, findings=list(source.findings))
    for path, content in sorted(source.files.items()):
        _read_file(files, path, content)
    if files.tenant is None and files.platform is None:
        hint = "every tenant's folder has one; `participabot init` writes it"
        files.findings.append(error("tenant.yaml", START, "no_tenant", "is missing", hint))
    if files.tenant is not None and files.platform is not None:
        hint = "a tenant is a town or the platform, keep one of the two"
        files.findings.append(error("platform.yaml", START, "two_heads", "stands beside tenant.yaml", hint))
    return files


def parsed(files: Files) -> dict[str, object]:
    """The YAML files that could be read, as plain values by path."""
    return {spot.document.path: spot.document.data for spot, _ in files.written if spot.document.data is not None}


def _read_file(files: Files, path: str, content: bytes) -> None:
    folder, _, name = path.rpartition("/")
    slug, _, ending = name.rpartition(".")
    match folder, ending:
        case "", "yaml" if slug == "tenant":
            files.tenant = _read(files, path, content, slug, TenantFile)
        case "", "yaml" if slug == "platform":
            files.platform = _read(files, path, content, slug, PlatformFile)
        case "", "yaml" if slug == "channels":
            files.channels = _read(files, path, content, slug, ChannelsFile)
        case _, "yaml" if folder in SPACES:
            _read_space(files, path, content, slug)
        case (("terms" | "privacy" | "help"), "md") if slug.removesuffix(EASY) in LANGUAGES:
            text = read_text(path, content)
            if isinstance(text, Finding):
                files.findings.append(text)
                text = ""
            files.papers[folder][slug] = text
        case _:
            files.findings.extend(_unknown(path))


def _read_space(files: Files, path: str, content: bytes, slug: str) -> None:
    match path.partition("/")[0]:
        case "processes":
            files.processes.append(_read(files, path, content, slug, ProcessFile))
        case "assemblies":
            files.assemblies.append(_read(files, path, content, slug, AssemblyFile))
        case "surveys":
            files.surveys.append(_read(files, path, content, slug, SurveyFile))
        case "debates":
            files.debates.append(_read(files, path, content, slug, DebateFile))
        case "meetings":
            files.meetings.append(_read(files, path, content, slug, MeetingFile))
        case "results":
            files.results.append(_read(files, path, content, slug, ResultFile))
        case "broadcasts":
            files.broadcasts.append(_read(files, path, content, slug, BroadcastFile))
        case "answers":
            files.answers.append(_read(files, path, content, slug, AnswersFile))


def _read(files: Files, path: str, content: bytes, slug: str, kind: type[Model]) -> Read[Model]:
    if not is_slug(slug):
        hint = "a-z, 0-9 and -, at most 60, for example market-square.yaml"
        files.findings.append(error(path, START, "slug", "has a name that cannot be used in links", hint))
    data = files.source.parsed.get(path)
    if isinstance(data, dict):
        document, model, found = _held_against(Document(path, (), data, {}, {}, ()), kind)
    else:
        document, model, found = _validated(path, content, kind)
    files.findings.extend(found)
    return Read(slug, document, kind, model)


@lru_cache(maxsize=256)
def _validated(path: str, content: bytes, kind: type[Model]) -> tuple[Document, Model | None, tuple[Finding, ...]]:
    return _held_against(read_document(path, content), kind)


def _held_against(document: Document, kind: type[Model]) -> tuple[Document, Model | None, tuple[Finding, ...]]:
    if document.data is None:
        return document, None, document.findings
    try:
        return document, kind.model_validate(document.data), document.findings
    except ValidationError as failure:
        return document, None, (*document.findings, *complaints(document, kind, failure))


def _unknown(path: str) -> Iterator[Finding]:
    """A file that nothing reads: a likely slip where it looks like one of ours, else left alone."""
    name = PurePosixPath(path)
    if name.suffix not in {".yaml", ".yml", ".md"} or name.name == "README.md":
        return
    if name.suffix == ".yml":
        yield error(path, START, "unknown_file", "is not read", "files end in .yaml: rename it")
        return
    folder = name.parts[0] if len(name.parts) > 1 else name.name
    known = {one.partition("/")[0]: one for one in _KNOWN}
    close = get_close_matches(folder, list(known), 1, 0.6)
    hint = f"did you mean {known[close[0]]}?" if close else f"known: {', '.join(_KNOWN)}"
    yield error(path, START, "unknown_file", "is not read", hint)


def unused(path: str) -> Finding:
    """A file that is stored but that nothing names."""
    return warning(path, START, "unused", "is not used by any other file")
