"""`participabot chat`: talk to a town in the terminal."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import aiohttp
import typer

from bot.cli.folder import current_settings, problem, usage
from bot.cli.keys import installation_keys
from bot.cli.screen import Keyboard, Shown, show_note
from bot.cli.serving import ready_store, running
from bot.cli.talk import Far, Near, Talk, Unreachable, converse
from bot.config.settings import Settings
from bot.log import configure_log
from flows.text import NAMES

_SOMEBODY = "+34 600 000 001"


def chat(
    tenant: Annotated[str, typer.Option("--tenant", "-t", help="The town, or the platform, to talk to.")],
    language: Annotated[str | None, typer.Option(help="Begin in this language: ca, es or en.")] = None,
    sender: Annotated[str, typer.Option("--as", help="Who writes, e.g. a phone number.")] = _SOMEBODY,
    files: Annotated[
        Path | None, typer.Option(help="Save the files that the town sends in this folder.", file_okay=False)
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="A running server; else this command serves the store itself.")
    ] = None,
) -> None:
    """Talk to a town as a citizen does: through the same inbox, engine, outbox and store. Ctrl-D ends it.

    A line that begins with @file:PATH sends that file, with the words that follow.
    """
    if language is not None and language not in NAMES:
        usage(f"--language is one of: {', '.join(NAMES)}.")
    settings = current_settings()
    configure_log(settings.log)
    try:
        if url is not None:
            asyncio.run(_far(settings, url, tenant, sender, language, files))
            return
        keys = installation_keys(settings)
        with ready_store(settings) as store_url:

            async def near() -> None:
                async with running(settings, store_url, keys, os.environ, is_strict=False) as app:
                    await _talk(Near(app, tenant, sender), language, files)

            asyncio.run(near())
    except Unreachable as unreachable:
        problem(f"{unreachable}.")


async def _far(
    settings: Settings, url: str, tenant: str, sender: str, language: str | None, files: Path | None
) -> None:
    if settings.console_secret is None:
        usage("Set PARTICIPABOT_CONSOLE_SECRET to what the server was started with.")
    async with aiohttp.ClientSession() as session:
        far = Far(session, url, settings.console_secret.get_secret_value(), tenant, sender)
        await _talk(far, language, files)


async def _talk(talk: Talk, language: str | None, files: Path | None) -> None:
    show_note("Write as a citizen would; Ctrl-D ends.")
    opening = ["/start"] if language is None else ["idioma", NAMES[language]]
    for text in opening:
        await talk.write(text)
    await converse(talk, Keyboard().line, Shown(files))
