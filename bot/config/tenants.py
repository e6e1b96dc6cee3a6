"""All the tenants of a folder: each alone, then what they must agree on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from bot.config.accounts import CHANNELS, PLATFORM
from bot.config.finding import Finding, Place, error, errors_in, in_order
from bot.config.load import Faulty, Loaded, load_files
from bot.config.reading import Files, parsed, read_files
from bot.config.source import Source, is_tenant, read_folder
from flows.reply import fold

_OWNED = {
    "token": "bot",
    "token_file": "bot",
    "username": "bot",
    "number": "number",
    "service": "Messaging Service",
    "address": "mailbox",
}
_FOLDED = ("username", "address")


@dataclass(frozen=True, slots=True)
class Checked:
    """One tenant of a folder: what was found, and the tenant if none of it is an error."""

    source: Source
    findings: tuple[Finding, ...]
    loaded: Loaded | None

    @property
    def is_good(self) -> bool:
        """Can it be applied?"""
        return self.loaded is not None


def sources_in(folder: Path) -> list[Source]:
    """The tenants of a folder, or the one that the folder is. Empty where there is none."""
    if is_tenant(folder):
        return [read_folder(folder)]
    found = sorted(one for one in folder.iterdir() if one.is_dir() and not one.name.startswith("."))
    return [read_folder(one) for one in found if is_tenant(one)]


def check_all(sources: Sequence[Source], *, is_whole: bool = True) -> list[Checked]:
    """Each tenant, and what they must agree on, which is known only where they are all of an installation."""
    tenants = [read_files(source) for source in sources]
    across = _across(tenants) if is_whole else {}
    return [_checked(files, across.get(files.source.id, [])) for files in tenants]


def _checked(files: Files, across: list[Finding]) -> Checked:
    try:
        loaded = load_files(files)
    except Faulty as faulty:
        return Checked(files.source, in_order([*faulty.findings, *across]), None)
    source = replace(files.source, parsed=parsed(files))  # So that plan and apply read no YAML again.
    return Checked(source, in_order([*loaded.warnings, *across]), None if errors_in(across) else loaded)


def _across(tenants: list[Files]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {files.source.id: [] for files in tenants}
    platforms = [files for files in tenants if files.platform is not None]
    for files in platforms[1:]:
        message = f"a second platform, beside `{platforms[0].source.id}`"
        place = Place(1, 1)
        found[files.source.id].append(
            error("platform.yaml", place, "two_platforms", message, "one installation has one")
        )
    for files, finding in [*_sharing(tenants, platforms), *_keywords(tenants), *_bots(tenants)]:
        found[files.source.id].append(finding)
    return found


def _sharing(tenants: list[Files], platforms: list[Files]) -> Iterator[tuple[Files, Finding]]:
    """A town that speaks through the platform's account needs one that has it."""
    served = {channel for one in platforms for channel in CHANNELS if _has(one, channel)}
    for files in tenants:
        if files.channels is None or files.platform is not None:
            continue
        for channel in _shared(files):
            account = files.channels.spot[channel]["account"]
            if not platforms:
                yield files, account.error("no_platform", "there is no platform beside this town", "add its folder")
            elif channel not in served:
                message = f"the platform `{platforms[0].source.id}` has no account on {channel}"
                yield files, account.error("no_platform", message, "add it to its channels.yaml")


def _keywords(tenants: list[Files]) -> Iterator[tuple[Files, Finding]]:
    """Towns of one account are told apart by their keyword."""
    known: dict[str, str] = {}
    for files in tenants:
        keyword = files.head["keyword"] if files.tenant and files.head and _shared(files) else None
        word = fold(keyword.text) if keyword and keyword.text else None
        if keyword is None or word is None:
            continue
        if word in known:
            message = f"`{word[:40]}` is already the keyword of `{known[word]}`, on the same account"
            yield files, keyword.error("keyword_taken", message, "choose another word")
        known.setdefault(word, files.source.id)


def _bots(tenants: list[Files]) -> Iterator[tuple[Files, Finding]]:
    """A bot, a number and a mailbox belong to one tenant."""
    known: dict[tuple[str, str, str], str] = {}
    for files, channel, key in product(tenants, CHANNELS, _OWNED):
        spot = files.channels.spot[channel][key] if files.channels else None
        if spot is None or spot.text is None or (key.startswith("token") and channel != "telegram"):
            continue
        same = (channel, key.removesuffix("_file"), spot.text.casefold() if key in _FOLDED else spot.text)
        if same in known:
            what, hint = f"`{known[same]}` already has this {_OWNED[key]}", f"one {_OWNED[key]} for each tenant"
            yield files, spot.error("account_taken", what, hint)
        known.setdefault(same, files.source.id)


def _has(files: Files, channel: str) -> bool:
    return files.channels is not None and isinstance(files.channels.spot[channel].value, dict)


def _shared(files: Files) -> list[str]:
    """The channels on which it speaks through the platform's account."""
    spot = files.channels.spot if files.channels else None
    return [channel for channel in CHANNELS if spot and spot[channel]["account"].value == PLATFORM]
