"""A citizen of Vilanova, on each kind of database."""

from dataclasses import replace
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


@pytest.fixture
def other(member: Citizen) -> Citizen:
    """Somebody else, who has said all that a first write needs."""
    citizen = replace(member, id=0, said=None)
    for text in ("hello", "english", "propose"):
        citizen.says(text)
    citizen.picks("Yes, I am 16")
    citizen.picks("I accept")
    citizen.says("Pau")
    citizen.picks("Yes, tell me")
    citizen.says("menu")
    return citizen
