"""`participabot provision whatsapp`, at a Twilio on this machine."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from channels.whatsapp_shapes import SHAPES
from tests.bot.config.vilabona import FOLDER
from tests.fakes.twilio import FakeTwilio, Fault
from tests.fakes.twilio_content import Contents
from tests.fakes.twilio_whatsapp import Sender, plug

SID, TOKEN = "AC" + "1" * 32, "the-token-of-a-test"


async def provision(*arguments: str | Path) -> Result:
    words = ["provision", "whatsapp", *(str(one) for one in arguments)]
    return await asyncio.to_thread(CliRunner().invoke, app, words)


@pytest.fixture
async def sender() -> AsyncIterator[Sender]:
    async with FakeTwilio() as twilio:
        sender = plug(twilio.account(SID, TOKEN), "whatsapp:+34600000091", "/twilio/vilabona/whatsapp")
        sender.base_url = twilio.base_url
        yield sender


@pytest.fixture
def town(tmp_path: Path, sender: Sender, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "vilabona"))
    lines = (
        "whatsapp:",
        f"account_sid: {SID}",
        "token: ${TWILIO_TOKEN}",
        "number: +34 600 000 091",
        f"base_url: {sender.base_url}",
        f"content_url: {sender.base_url}",
        "templates:",
        f"  news: {{ca: HX{'1' * 32}}}",
    )
    (folder / "channels.yaml").write_text("\n  ".join(lines))
    monkeypatch.setenv("TWILIO_TOKEN", TOKEN)
    return folder


async def test_what_is_missing_is_made_once(town: Path, sender: Sender) -> None:
    first, again = await provision(town), await provision(town, "--json")
    assert first.exit_code == 0, first.output
    assert f"0 shapes of buttons and lists are there, {len(SHAPES)} were made" in first.output
    assert "No template in channels.yaml: ca: answer, withdrawal" in first.output
    (done,) = json.loads(again.stdout)
    assert (done["tenant"], done["there"], done["made"]) == ("vilabona", len(SHAPES), 0)
    assert len(sender.contents.by_sid) == len(SHAPES)


async def test_a_dry_run_makes_nothing(town: Path, sender: Sender) -> None:
    tried = await provision(town, "--dry-run")
    assert f"{len(SHAPES)} would be made" in tried.output
    assert sender.contents.by_sid == {}


async def test_a_refusal_says_how_far_it_came(town: Path, sender: Sender) -> None:
    sender.account.faults.append(Fault.TOO_MANY)
    refused = await provision(town)
    assert refused.exit_code == 1
    assert "0 were made, then Twilio said no: Twilio 20429" in refused.output
    assert TOKEN not in refused.output


async def test_without_its_secret_or_an_account_it_says_so(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWILIO_TOKEN")
    assert "TWILIO_TOKEN is not set" in (await provision(town)).output
    (town / "channels.yaml").unlink()
    assert "No town has an account of its own on whatsapp" in (await provision(town)).output


async def test_every_text_to_approve_is_one_that_whatsapp_approves() -> None:
    printed = await provision("--templates", "--json")
    contents = Contents()
    for number, template in enumerate(json.loads(printed.stdout)):
        for language, text in template["texts"].items():
            content = contents.approve(text, f"HX{number:031x}{language[0]}", language)
            assert sorted(content.variables) == sorted(template["samples"])
            assert "{" not in text.replace("{{", "").replace("}}", "")
