"""Whole conversations by mail, letters in and letters out: by LMTP, and from a mailbox."""

import logging
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.app import App
from bot.config.apply import apply
from bot.config.load import load
from bot.config.tenants import sources_in
from storage.keys import Keys
from tests.by_email import ByEmail
from tests.ears import listening
from tests.fakes.mail import AUTHSERV_ID, FakeMail
from tests.test_conversations import FIRST, LONG, MORNING, TOWNS, Clock, Meanwhile, conversations, exchanges

ADDRESS = "participa@towns.example.org"
ALSO = ("support-en", "stop-ca", "attach-es")
"""Conversations that go by mail as they go anywhere: nothing in them is asked together."""


@pytest.fixture
def url(tmp_path: Path, sqlite_template: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.sqlite3')}"


@asynccontextmanager
async def serving(url: str, keys: Keys, folder: Path, town: str, clock: Clock) -> AsyncIterator[tuple[App, FakeMail]]:
    """One town, by mail alone."""
    async with FakeMail() as mail:
        shutil.copytree(TOWNS / town, folder / town)
        lines = (f"address: {ADDRESS}", f"authserv_id: {AUTHSERV_ID}", "rate: 1000")
        server = ("smtp_host: 127.0.0.1", f"smtp_port: {mail.port}", "smtp_security: none")
        (folder / town / "channels.yaml").write_text("\n  ".join(("email:", *lines, *server)))
        app = App(url, keys, environ={}, media=folder / ".media", clock=clock)
        for source in sources_in(folder):
            app.store.run(source.id, partial(apply, source=source, loaded=load(source), now=MORNING, actor="test"))
        await app.start()
        mail.doors[ADDRESS] = await app.mail_door.start("127.0.0.1", 0)
        try:
            yield app, mail
        finally:
            await app.stop()


@pytest.mark.parametrize("name", ["whole-ca", "whole-es", "whole-en", *ALSO])
async def test_the_conversation_goes_as_written(
    name: str, url: str, keys: Keys, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    written, said, clock, folder = conversations(name), list[str](), Clock(), tmp_path / "towns"
    medium = ("email",) if name.startswith("whole") else FIRST
    with listening(level=logging.INFO) as heard:
        async with serving(url, keys, folder, written["town"], clock) as (app, mail):
            for conversation in written["conversation"]:
                if tuple(conversation.get("on", FIRST)) != medium or "town" in conversation:
                    continue
                clock.later = timedelta()
                meanwhile = Meanwhile(app, clock, folder, partial(ByEmail, app, written["town"], mail, "", {}))
                for line in conversation.get("before", written.get("before", [])):
                    await meanwhile.person.says(line)
                for exchange in exchanges(conversation["talk"]):
                    happened = exchange.line.removeprefix("# ")
                    is_said = happened == exchange.line
                    reply = await (meanwhile.person.says(happened) if is_said else meanwhile.happens(happened))
                    meanwhile.person.check(exchange, reply)
                    said.append(happened)
    assert said
    assert mail.wrong == []
    logged = "\n".join([*heard, *capfd.readouterr()])
    assert [line for line in said if len(line) > LONG and line in logged] == []
    assert "example.org" not in logged
