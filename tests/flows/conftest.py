"""A citizen of Vilanova, on each kind of database."""

from datetime import datetime

import pytest

from storage.database import Store
from tests.flows.hall import Citizen, vilanova


@pytest.fixture
def citizen(store: Store, now: datetime) -> Citizen:
    return Citizen(store, vilanova(), now)


@pytest.fixture
def member(citizen: Citizen) -> Citizen:
    """A citizen who has said all that a first write needs."""
    for text in ("hello", "english"):
        citizen.says(text)
    citizen.says("propose")
    citizen.picks("Yes, I am 16")
    citizen.picks("I accept")
    citizen.says("Marta")
    citizen.picks("Yes, tell me")
    citizen.says("menu")
    return citizen
