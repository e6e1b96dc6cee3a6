"""`participabot preview`: what citizens will receive, before any of them does."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from jinja2 import Environment, PackageLoader, StrictUndefined
from rich.panel import Panel
from rich.text import Text

from bot.cli.folder import AsJson, Folder, Only, err, out, print_json, problem, tenants_in, usage
from bot.cli.plan import sound_tenants
from bot.cli.surveys import Language, spoken
from bot.cli.whole_file import write_whole
from bot.preview import MEDIA, Drawn, Exchange, previewed
from flows.participation.survey import Survey
from flows.participation.tenant import Town
from flows.text import catalogue

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
_PHONES = {"telegram": "Telegram", "whatsapp": "WhatsApp", "sms": "SMS", "email": "Email"}

_page = Environment(
    loader=PackageLoader("bot.cli"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
).get_template("phones.html")


@app.callback()
def preview() -> None:
    """What citizens will receive, before any of them does."""


@app.command()
def survey(
    name: Annotated[str, typer.Argument(help="The survey, as its file is called.")],
    channel: Annotated[str, typer.Option("--channel", "-c", help=f"{', '.join(MEDIA)}.")] = "sms",
    language: Language = "",
    html: Annotated[Path | None, typer.Option("--html", help="Write a page with all four phones to this file.")] = None,
    as_json: AsJson = False,
    folder: Folder = None,
    tenant: Only = None,
) -> None:
    """Show every message of a survey as it is received, from the files as they are: nothing is applied or sent.

    Of an SMS also its encoding and segments. What is only asked of some comes in a further round.
    """
    if channel not in MEDIA:
        usage(f"--channel is one of {', '.join(MEDIA)}.")
    town, found = _found(folder, tenant, name)
    chosen, now = spoken(language, town), datetime.now(UTC)
    if html is not None:
        phones = {each: previewed(town, found, each, chosen, now) for each in MEDIA}
        write_whole(html, _drawn(town, found, chosen, phones))
        err.print(f"{found.slug} on {len(phones)} phones, in {html}.")
        return
    exchanges = previewed(town, found, channel, chosen, now)
    if as_json:
        print_json(msgspec.to_builtins(exchanges))
        return
    for each in exchanges:
        _print(each)
    messages = [message for each in exchanges if not each.is_again for message in each.messages]
    segments = sum(message.segments for message in messages)
    total = f", {segments} segments" if segments else ""
    err.print(f"{len(messages)} messages{total} to whoever takes the first options.")


def _found(folder: Path | None, tenant: str | None, name: str) -> tuple[Town, Survey]:
    loaded = [one.loaded for one in sound_tenants(tenants_in(folder, tenant)) if one.loaded is not None]
    found = [(one.town, survey) for one in loaded if (survey := one.town.survey(name)) is not None]
    if not found:
        known = ", ".join(f"{survey.slug} ({one.id})" for one in loaded for survey in one.town.surveys)
        problem(f"There is no survey {name}; there are: {known}.")
    if len(found) > 1:
        usage(f"Several towns have a survey {name}: choose with --tenant {' or '.join(town.id for town, _ in found)}.")
    return found[0]


def _print(exchange: Exchange) -> None:
    if exchange.said:
        out.print(Text(f"> {exchange.said}", style="bold"))
    for message in exchange.messages:
        print_message(message, "asked only of some" if exchange.is_again else "")


def print_message(message: Drawn, note: str) -> None:
    """One message in a frame, with its title, what it takes on the air, and a note."""
    picture = [f"[{message.file}]"] if message.file else []
    lines = [*filter(None, [message.text]), *(f"[{label}]" for label in message.buttons), *picture]
    subtitle = " · ".join(part for part in (_air(message), note) if part)
    title = f"{message.title} " if message.title else None
    panel = Panel(Text("\n".join(lines)), title=title, subtitle=subtitle or None, width=64)
    out.print(panel, soft_wrap=False)


def _air(message: Drawn) -> str:
    if not message.segments:
        return ""
    return f"{message.encoding}, {message.units} units, {message.segments} segment{'s' if message.segments > 1 else ''}"


def _drawn(town: Town, survey: Survey, language: str, phones: Mapping[str, Sequence[Exchange]]) -> str:
    t = catalogue(language).translate
    title = survey.title.get(language) or next(iter(survey.title.values()))
    named = [(_PHONES[medium], exchanges) for medium, exchanges in phones.items()]
    return _page.render(language=language, title=title, town=town.id, phones=named, air=_air, options=t("Options", {}))
