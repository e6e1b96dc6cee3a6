"""`participabot demo`: sample towns, a store, a server and a conversation, with nothing to set up."""

import asyncio
import os
import secrets
import shutil
import socket
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import aiohttp
import typer
from pydantic import SecretStr
from rich.progress import track

from bot.app import App, utc_now
from bot.cli.folder import current_settings, err, problem, usage
from bot.cli.keys import installation_keys
from bot.cli.recording import Recording, play, read_recording, reply_to
from bot.cli.sample import EXAMPLES, copy_towns
from bot.cli.screen import Keyboard, Shown, show_line, show_note, show_reply
from bot.cli.served import served_town
from bot.cli.serving import ready_store, running
from bot.cli.simulated import Crowd
from bot.cli.talk import Far, Unreachable, converse
from bot.config.apply import apply
from bot.config.settings import Settings
from bot.config.tenants import check_all, sources_in
from bot.log import configure_log
from flows.participation.proposals import publish_answer
from storage.database import Db, Store
from storage.keys import Keys, write_new
from storage.migrate import upgrade
from storage.proposals import proposal_of_reference
from storage.responses import Response, add_response

FOLDER = Path(".demo")
CROWDED = "vallserena-de-dalt"
"""The sample town whose surveys many have answered in `demo data`."""
_AT_ONCE = 500


def demo(
    what: Annotated[str, typer.Argument(help="`data`: only make the store, its surveys answered.")] = "",
    count: Annotated[int, typer.Option(min=1, max=1_000_000, help="With `data`: of responses to each survey.")] = 5000,
) -> None:
    """Make an SQLite store of sample towns in .demo, serve it on this machine, and open a chat with a town.

    Starts afresh each time. Without a terminal a recorded citizen talks instead; exit code 0 if all she did is there.
    """
    configure_log("console")
    if what not in ("", "data"):
        usage("It is `demo` or `demo data`.")
    if what:
        _fill(count)
        return
    settings = _prepare(FOLDER)
    recording = read_recording(EXAMPLES / "demo.toml")
    keys = installation_keys(settings)
    try:
        with ready_store(settings) as url:

            async def main() -> None:
                async with running(settings, url, keys, os.environ, is_strict=False) as app:
                    await _demo(app, settings, recording)

            asyncio.run(main())
    except Unreachable as unreachable:
        problem(f"The demo went wrong: {unreachable}.")
    except KeyboardInterrupt:
        show_note("Bye.")


def _prepare(folder: Path) -> Settings:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    write_new(folder / "key")
    copy_towns(folder / "tenants", utc_now().date())
    settings = current_settings().model_copy(
        update={
            "database_url": SecretStr(f"sqlite:///{(folder / 'store.sqlite3').resolve()}"),
            "key": None,
            "key_file": folder / "key",
            "tenants": folder / "tenants",
            "media": folder / "media",
            "host": "127.0.0.1",
            "console_secret": SecretStr(secrets.token_urlsafe()),
            "messages_per_minute": 10_000,
        }
    )
    url = settings.database_url.get_secret_value()
    upgrade(url, utc_now())
    store = Store(url, Keys(secrets.token_bytes(32)))
    try:
        _apply(store, settings.tenants)
    finally:
        store.close()
    return settings


def _fill(count: int) -> None:
    """Thousands of answers, and how to look at them."""
    settings = _prepare(FOLDER)
    url = settings.database_url.get_secret_value()
    store = Store(url, installation_keys(settings))
    crowd = Crowd(EXAMPLES / "simulated.toml")
    try:
        for survey in (each for each in served_town(store, CROWDED).surveys if each.slug in crowd.surveys):
            responses = [*crowd.responses(survey, utc_now(), count)]
            for first in track(range(0, count, _AT_ONCE), f"Answers to {survey.slug}", console=err, transient=True):
                store.run(CROWDED, partial(_add, responses=responses[first : first + _AT_ONCE]))
            show_note(f"{count} invented answers to {survey.slug} of {CROWDED}.")
    finally:
        store.close()
    show_note(f"Look: PARTICIPABOT_DATABASE_URL={url} participabot results mobilitat --tenant {CROWDED}")


def _add(db: Db, responses: Sequence[Response]) -> None:
    for response in responses:
        add_response(db, response)


def _apply(store: Store, tenants: Path) -> None:
    for checked in check_all(sources_in(tenants)):
        source, loaded = checked.source, checked.loaded
        if loaded is None:
            problem(f"The sample town {source.id} is wrong: {checked.findings[0]}")
        store.run(source.id, partial(apply, source=source, loaded=loaded, now=utc_now(), actor="system"))


async def _demo(app: App, settings: Settings, recording: Recording) -> None:
    port = await app.serve(settings.host, settings.port if _is_free(settings.host, settings.port) else 0)
    url = f"http://{settings.host}:{port}"
    secret = settings.console_secret.get_secret_value() if settings.console_secret else ""
    show_note(f"Serving {', '.join(one.id for one in app.towns.all())} on {url}, from {FOLDER}/.")
    for lane in app.accounts.skipped:
        show_note(f"Not connected, as it has no token here: {lane}.")
    async with aiohttp.ClientSession() as session:
        talk = Far(session, url, secret, recording.tenant, recording.sender)
        if sys.stdin.isatty():
            await _chat(talk, settings, recording)
        else:
            await _replay(app, talk, recording)


async def _chat(talk: Far, settings: Settings, recording: Recording) -> None:
    store = f"PARTICIPABOT_DATABASE_URL={settings.database_url.get_secret_value()}"
    for line in _hints(store, recording):
        show_note(line)
    await talk.write("/start")
    await converse(talk, Keyboard().line, Shown())


def _hints(store: str, recording: Recording) -> Sequence[str]:
    return (
        f"You talk to {recording.tenant} as {recording.sender}. Write as a citizen would; Ctrl-D ends.",
        "Once you have proposed something, be the town in another terminal:",
        f"  {store} {sys.executable} -m bot answer REFERENCE --state accepted --text ca='Sí, ho farem.'",
    )


async def _replay(app: App, talk: Far, recording: Recording) -> None:
    reference = await play(recording, talk, show_line, show_reply)
    if not reference:
        raise Unreachable("she was given no reference")
    town = app.towns.find(recording.tenant)
    found = await app.store.turn(recording.tenant, "", lambda db: proposal_of_reference(db, reference) is not None)
    if town is None or not found:
        raise Unreachable(f"{reference} is not in the store")
    show_note(f"{reference} is in the store. Now the town answers it.")
    await app.store.turn(
        recording.tenant,
        "",
        lambda db: (
            publish_answer(
                db, reference, recording.state, recording.answer, now=utc_now(), actor="staff:demo"
            ).reference
        ),
    )
    for reply in await reply_to(talk, "the town's answer"):
        show_reply(reply)
    show_note("That is the whole way: proposed, answered, told.")


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
