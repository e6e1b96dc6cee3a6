"""`participabot provision`: what a town's account needs at its provider, made where it is missing."""

import asyncio
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, TypeAlias

import typer
from rich.progress import track

from bot.accounts import Accounts
from bot.cli.folder import AsJson, Folder, Only, err, out, print_json, problem, tenants_in
from bot.cli.plan import sound_tenants
from bot.cli.served import DryRun
from bot.config.accounts import Account, SecretsMissing
from bot.config.files.channels import WhatsappPart
from bot.config.load import Loaded
from channels.errors import SendFailed
from channels.whatsapp import Whatsapp
from channels.whatsapp_shapes import SHAPES
from flows.approved import FIELDS, SAMPLES, Template, to_approve
from flows.text import NAMES
from storage.keys import Keys

_Done: TypeAlias = dict[str, object]


class Provided(StrEnum):
    """The channels whose accounts are provided for by hand; Telegram's are when the server starts."""

    WHATSAPP = "whatsapp"


def provision(
    channel: Annotated[Provided, typer.Argument(help="The channel.")],
    folder: Folder = None,
    tenant: Only = None,
    dry_run: DryRun = False,
    templates: Annotated[
        bool, typer.Option("--templates", help="Only print the texts that WhatsApp is to approve.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the buttons and lists that an account lacks at Twilio, as the server does. Doing it again makes nothing.

    Exit code 1 if Twilio cannot be asked, or refuses.
    """
    if templates:
        _print_templates(as_json)
        return
    towns = [one.loaded for one in sound_tenants(tenants_in(folder, tenant)) if one.loaded is not None]
    found = [(account, town) for town in towns for account in town.accounts if account.channel == channel]
    if not found:
        problem(f"No town has an account of its own on {channel}: see channels.yaml.")
    done = asyncio.run(_provide(found, dry_run))
    if as_json:
        print_json(done)
        return
    for one in done:
        verb = "would be" if dry_run else "were"
        out.print(f"{one['tenant']}: {one['there']} shapes of buttons and lists are there, {one['made']} {verb} made.")
        if one["not_configured"]:
            out.print(f"  No template in channels.yaml: {one['not_configured']}.")
    out.print("The texts to have approved: participabot provision whatsapp --templates")


async def _provide(found: list[tuple[Account, Loaded]], is_dry: bool) -> list[_Done]:
    accounts = Accounts(Keys(secrets.token_bytes(32)), lambda: datetime.now(UTC))  # No address is sealed.
    try:
        return [await _provide_one(accounts, account, town, is_dry) for account, town in found]
    except SecretsMissing as missing:
        problem(str(missing))
    finally:
        await accounts.close()


async def _provide_one(accounts: Accounts, account: Account, town: Loaded, is_dry: bool) -> _Done:
    channel = accounts.open(account, town).channel
    if not isinstance(channel, Whatsapp) or not isinstance(account.part, WhatsappPart):
        raise TypeError(f"{account.lane} is not an account on WhatsApp")
    made = 0
    try:
        missing = await channel.contents.missing()
        for shape in track(missing, f"{town.id}: buttons and lists", console=err, transient=True, disable=is_dry):
            if not is_dry:
                await channel.contents.make(shape)
            made += 1
    except SendFailed as failed:
        problem(f"{town.id}: {made} were made, then Twilio said no: {failed.reason}")
    return {
        "tenant": town.id,
        "there": len(SHAPES) - len(missing),
        "made": made,
        "not_configured": _not_configured(account.part, town.town.languages),
    }


def _not_configured(part: WhatsappPart, languages: tuple[str, ...]) -> str:
    """The templates that the town has not had approved, by language."""
    lacking = {
        language: [each.value for each in Template if language not in part.templates.get(each.value, {})]
        for language in languages
    }
    return "; ".join(f"{language}: {', '.join(names)}" for language, names in lacking.items() if names)


def _print_templates(as_json: bool) -> None:
    texts = {each: {language: to_approve(each, language) for language in NAMES} for each in Template}
    if as_json:
        print_json([_plain(each, by_language) for each, by_language in texts.items()])
        return
    out.print("Create each as a Content Template of type Text, category Utility, in each of the town's languages,")
    out.print("submit it for WhatsApp approval, and write its id (HX…) under `whatsapp.templates` in channels.yaml.")
    for each, by_language in texts.items():
        out.print(f"\n{each}")
        for language, text in by_language.items():
            out.print(f"  {language}  {text}")
        for number, name in enumerate(FIELDS[each], 1):
            out.print(f"      {{{{{number}}}}} {name}, for example: {SAMPLES[name]}")


def _plain(template: Template, texts: Mapping[str, str]) -> _Done:
    samples = {str(number): SAMPLES[name] for number, name in enumerate(FIELDS[template], 1)}
    return {"name": template.value, "category": "UTILITY", "type": "twilio/text", "samples": samples, "texts": texts}
