"""Loading a tenant: one code path to check its files, to plan, to apply and to serve."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from bot.config.accounts import Account, accounts_in, shared_in
from bot.config.build.answers import TownAnswer
from bot.config.build.answers import answers as answers_of
from bot.config.build.pen import Pen
from bot.config.build.town import town
from bot.config.files.channels import ChannelsFile
from bot.config.files.tenant import AdministratorPart, GrantPart
from bot.config.finding import START, Finding, error, errors_in, in_order
from bot.config.reading import Files, read_files
from bot.config.rules import (
    answers,
    broadcast,
    calendar,
    channels,
    process,
    result,
    survey,
    survey_paths,
    survey_wording,
    tenant,
    wording,
)
from bot.config.source import Source, read_archive
from bot.config.tenant_id import is_tenant_id
from channels.console import Console
from flows.participation.platform import SharedTown
from flows.participation.tenant import Town

RULES: tuple[Callable[[Files], Iterator[Finding]], ...] = (
    tenant.findings,
    channels.findings,
    process.findings,
    survey.findings,
    survey_paths.findings,
    survey_wording.findings,
    calendar.findings,
    result.findings,
    broadcast.findings,
    answers.findings,
    wording.findings,
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A tenant whose files are right: all that is served, told, or asked of it later."""

    id: str
    hash: str
    """Of the files: what a revision is known by."""
    is_platform: bool
    town: Town
    accounts: tuple[Account, ...]
    """Its own; empty where it speaks through the platform's, or in a terminal only."""
    shares: frozenset[str]
    """The channels on which it speaks through the platform's account."""
    administrator: AdministratorPart | None
    grant: GrantPart | None
    population: int
    answers: tuple[TownAnswer, ...]
    """Its files', to proposals."""
    warnings: tuple[Finding, ...]

    @property
    def shared(self) -> SharedTown:
        """What the platform says of it."""
        return SharedTown(self.town.id, self.town.code, self.town.name, self.town.keyword, self.shares | {Console.name})


class Faulty(Exception):
    """The files of a tenant are not right; `findings` are all that is wrong, warnings among them."""

    def __init__(self, tenant_id: str, findings: tuple[Finding, ...]) -> None:
        errors = errors_in(findings)
        super().__init__(f"{tenant_id}: {len(errors)} problems, the first: {errors[0]}")
        self.tenant_id = tenant_id
        self.findings = findings


def load(source: Source) -> Loaded:
    """The tenant that these files make. Raises `Faulty`."""
    return load_files(read_files(source))


def load_files(files: Files) -> Loaded:
    """As `load`, of files that were read already."""
    findings = in_order(chain(files.findings, _name(files.source), *(rule(files) for rule in RULES)))
    if errors_in(findings):
        raise Faulty(files.source.id, findings)
    return _loaded(files, findings)


def load_revision(tenant_id: str, archive: bytes) -> Loaded:
    """The tenant that an applied revision's archive makes (`Revision.files`). Raises `Faulty`.

    What an apply read is not read again, but held against every rule. Warnings were told then.
    """
    source = read_archive(tenant_id, archive)
    try:
        loaded = load(source)
    except Faulty:
        loaded = load(replace(source, parsed={}))  # In vain, but it says in which lines.
    return replace(loaded, warnings=())


def _name(source: Source) -> Iterator[Finding]:
    if not is_tenant_id(source.id):
        head = "platform.yaml" if "platform.yaml" in source.files else "tenant.yaml"
        hint = "a-z, 0-9 and -, beginning with a letter, 2 to 39, for example vilanova-del-riu"
        yield error(head, START, "tenant_id", f"the folder `{source.id[:60]}` cannot be a tenant's name", hint)


def _loaded(files: Files, findings: tuple[Finding, ...]) -> Loaded:
    own = files.tenant.model if files.tenant else None
    head = own or (files.platform.model if files.platform else None)
    if head is None:
        raise Faulty(files.source.id, findings)
    written = (files.channels and files.channels.model) or ChannelsFile()
    return Loaded(
        id=files.source.id,
        hash=files.source.hash,
        is_platform=own is None,
        town=town(files, head),
        accounts=accounts_in(files.source.id, written),
        shares=shared_in(written),
        administrator=own.administrator if own else None,
        grant=own.grant if own else None,
        population=own.population if own else 0,
        answers=tuple(answers_of(Pen(files.source.id, head), files)),
        warnings=findings,
    )
