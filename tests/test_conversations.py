"""Each conversation goes through the running application, payload in and payload out, on every medium that it names.

In the terminal all is numbered text; on Telegram and WhatsApp a number is a press of the button in that place. The
session is stored and read again between every two lines.
"""

import logging
import shutil
from pathlib import Path

import pytest

from storage.keys import Keys
from tests.ears import listening
from tests.talk import NAMES, conversations, media, talked, towns
from tests.world import open_world

LONG = 12
"""Characters: a citizen's own words, which no log may quote."""
ADDRESSES = ("+34600", "example.org")


@pytest.fixture
def url(tmp_path: Path, sqlite_template: Path) -> str:
    """An empty store."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.sqlite3')}"


@pytest.mark.parametrize(("name", "medium"), [(name, medium) for name in NAMES for medium in sorted(media(name))])
async def test_the_conversation_goes_as_written(
    name: str, medium: str, url: str, keys: Keys, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    written = conversations(name)
    with listening(level=logging.INFO) as heard:
        async with open_world(medium, url, keys, tmp_path / "towns", towns(written)) as world:
            said = [line async for line in talked(written, world, medium)]
            assert world.wire.wrong == []
    logged = "\n".join([*heard, *capfd.readouterr()])
    assert [line for line in said if len(line) > LONG and line in logged] == []
    assert [address for address in ADDRESSES if address in logged] == []
