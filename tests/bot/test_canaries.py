"""What a citizen says, who she is and what we hold secret never reaches a log, even when libraries say all they can."""

from pathlib import Path

import pytest
from sqlmodel import select

from storage.keys import Keys
from storage.proposals import Proposal
from tests.bot.house import OWN, SECRETS, TOKENS, open_house
from tests.ears import listening
from tests.wires import WIRES
from tests.world import open_world

both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)

TITLE = "Canary plane trees in the square"
BODY = "Canary body: there is no shade at noon and six trees would do."


LIBRARIES = (
    *("sqlalchemy", "aiohttp", "asyncio", "psycopg", "telegram"),
    *("twilio", "requests", "urllib3", "mail", "aiosmtplib", "imapclient", "authres"),
)
LINES = ("menu", "propose", "1", "1", "Canarygirl", "1", f"1: {TITLE} 2: {BODY}", TITLE, BODY, "menu", "canary?")


@both
async def test_no_library_logs_a_person_or_a_secret_at_its_most_talkative(
    database_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with listening(*LIBRARIES) as heard:
        async with open_house(database_url) as house:
            ana = house.citizen(77, language="en")
            await ana.starts()
            for text in ("3", "propose", "1", "yes", "accept", "Canarygirl", "yes", TITLE, BODY, "1", "1"):
                await ana.types(text)
            assert house.app.store.run(OWN, lambda db: [each.title for each in db.all(select(Proposal))]) == [TITLE]
            await house.post(b'{"update_id": 1, "message": "Canary body"}')
            await house.post(b'{"update_id": 2}', secret="canary-forged-secret")
            async with house.telegram.session.get(f"{house.url}/readyz") as ready:
                shown = await ready.text()
    printed = capfd.readouterr()
    everything = "\n".join([*heard, printed.out, printed.err, shown])
    found = [
        line
        for line in everything.splitlines()
        for canary in ("anary", "34600000077", TOKENS[OWN], SECRETS[OWN])
        if canary in line
    ]
    assert found == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("medium", sorted(WIRES))
async def test_nor_on_any_channel(
    medium: str, database_url: str, keys: Keys, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with listening(*LIBRARIES) as heard:
        async with open_world(medium, database_url, keys, tmp_path / "towns", ["vilanova-del-riu"]) as world:
            person = world.meanwhile("vilanova-del-riu").person
            for line in ("Hello", "English", *LINES):
                await person.says(line)
            secrets = [*world.wire.secrets.values()]
    everything = "\n".join([*heard, *capfd.readouterr()])
    canaries = ("anary", "+34600", "34600", "person@", "example.org", *secrets)
    assert [line for line in everything.splitlines() for canary in canaries if canary in line] == []
