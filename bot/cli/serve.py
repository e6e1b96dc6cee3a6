"""`participabot serve`: answer citizens."""

import asyncio
import gc
import os
import signal
from contextlib import AsyncExitStack
from typing import Annotated

import typer

from bot.app import App
from bot.cli.folder import current_settings, err, problem
from bot.cli.keys import installation_keys
from bot.cli.serving import ready_store, running
from bot.config.settings import Settings
from bot.log import configure_log
from bot.provision import provision
from bot.watch import watch as watch_folder
from channels.email import Email
from channels.telegram import Telegram


def serve(
    poll: Annotated[bool, typer.Option("--poll", help="Fetch messages: no public address is needed.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Apply the towns' files whenever they change.")] = False,
    host: Annotated[str | None, typer.Option(help="Where to listen. Default: PARTICIPABOT_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="On which port; 0 takes a free one.", min=0, max=65535)] = None,
) -> None:
    """Serve the towns that were applied, until it is told to stop; then it ends without losing anything.

    Exit code 1 if it cannot serve all of them; it says what to do.
    """
    settings = current_settings()
    configure_log(settings.log)
    keys = installation_keys(settings)
    with ready_store(settings) as url:

        async def main() -> None:
            async with running(settings, url, keys, os.environ, is_polling=poll, is_strict=True) as app:
                listens_on = settings.port if port is None else port
                await _serve(app, settings, host or settings.host, listens_on, watch)

        asyncio.run(main())


async def _serve(app: App, settings: Settings, host: str, port: int, watches: bool) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    if _needs_public_url(app) and settings.public_url is None:
        problem("Webhooks need PARTICIPABOT_PUBLIC_URL, the https address of this server; or serve with --poll.")
    port = await app.serve(host, port)
    mail = await _open_mail_door(app, settings)
    _spare_the_collector()
    async with AsyncExitStack() as stack:
        tasks = [asyncio.create_task(_provision(app, settings.public_url or ""))]
        if watches:
            tasks.append(asyncio.create_task(watch_folder(app, settings.tenants)))
        for task in tasks:
            stack.push_async_callback(_cancel, task)
        towns = ", ".join(loaded.id for loaded in app.towns.all())
        err.print(f"Serving {towns} on http://{host}:{port}{mail}. Stop with Ctrl-C.")
        await stopping.wait()
        err.print("Stopping: what has begun is finished first.")


async def _open_mail_door(app: App, settings: Settings) -> str:
    """Where mail is brought from now on, to be said; empty where nowhere."""
    if settings.lmtp_socket is not None:
        await app.mail_door.start_at(settings.lmtp_socket)
        return f", mail at lmtp:unix:{settings.lmtp_socket}"
    if settings.lmtp_port is not None:
        port = await app.mail_door.start(settings.lmtp_host, settings.lmtp_port)
        return f", mail at lmtp:{settings.lmtp_host}:{port}"
    if any(isinstance(served.channel, Email) and served.channel.settings.imap is None for served in app.accounts.all()):
        problem(
            "Mail that a mail server brings needs PARTICIPABOT_LMTP_PORT; or have it fetched with `incoming: imap`."
        )
    return ""


def _spare_the_collector() -> None:
    """What a start loads never dies: no collection stops the turns to look at it again; the young are looked at in
    larger lots, as a turn leaves hardly a cycle behind."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _needs_public_url(app: App) -> bool:
    return any(
        isinstance(served.channel, Telegram) and served.channel.settings.mode == "webhook"
        for served in app.accounts.all()
    )


async def _provision(app: App, public_url: str) -> None:
    for served in app.accounts.all():
        town = app.towns.find(served.owner)
        if town is not None:
            await provision(served, town, public_url)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
