"""A store with the town of the surveys in it."""

import pytest

from bot.cli.sample import EXAMPLES
from tests.commands import printed
from tests.crowd import TOWN


@pytest.fixture
def applied(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Its address; commands run on it."""
    monkeypatch.setenv("PARTICIPABOT_DATABASE_URL", database_url)
    printed("apply", EXAMPLES / "tenants" / TOWN)
    return database_url
