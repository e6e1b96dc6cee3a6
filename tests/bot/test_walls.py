"""Every name, code and button of one town, tried as another: on an account of its own, and on one that both share."""

import itertools
from collections.abc import Sequence

import pytest
from sqlmodel import select

from channels.message import Address, Inbound, Kind
from flows.participation.tenant import Town
from storage.comments import Comment
from storage.database import Db
from storage.participants import Participant
from storage.proposals import Proposal
from storage.tables import TABLES
from storage.tickets import Ticket
from tests.bot.house import NEIGHBOUR, OWN, PLATFORM, SHARING, House, open_house
from tests.conftest import NOW

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)

CODE = "aaaabbbbccccdddd"
UNKNOWN = "ddddccccbbbbaaaa"
_ids = itertools.count(1)


def plant(db: Db, town: Town) -> None:
    """Something of every kind that has a name or a code of its own."""
    db.add(Participant(id=1, created_at=NOW, public_name="Canary"))
    db.flush()
    reference = f"{town.prefix}-PROP-2026-11-4242"
    db.add(
        Proposal(
            reference=reference,
            code=CODE,
            process=town.processes[0].slug,
            phase="ideas",
            author_id=1,
            author_name="Canary",
            language="ca",
            title="Canary title of a proposal",
            body="Canary body of a proposal.",
            published_at=NOW,
        )
    )
    db.add(
        Comment(
            reference=f"{town.prefix}-COM-2026-11-4242",
            code=CODE,
            subject=f"proposal:{reference}",
            author_id=1,
            author_name="Canary",
            language="ca",
            body="Canary comment",
            published_at=NOW,
        )
    )
    db.add(Ticket(code=f"{town.prefix}-TIC-4242", participant_id=1, channel="console", opened_at=NOW))


def everything(house: House, tenant_id: str) -> list[str]:
    """All rows of a town."""
    return house.app.store.run(tenant_id, lambda db: [repr(row) for model in TABLES for row in db.all(select(model))])


async def tries(house: House, account: str, name: str, kind: Kind, text: str) -> str:
    """What comes back, with what was tried taken out of it."""
    inbound = Inbound(account, Address("console", name), f"w{next(_ids)}", kind, text, language="ca")
    await house.app.reception.receive([inbound])
    await house.app.outbox.empty()
    return "\n".join(await house.replies(account, name, 0.01)).replace(text.upper(), "…").replace(text, "…")


async def arrives(house: House, account: str, name: str, town: Town) -> str:
    """In the town, past the question of the language."""
    await tries(house, account, name, Kind.START, town.code)
    return await tries(house, account, name, Kind.TEXT, "1")


def attempts(theirs: str, ours: str, code: str, number: str) -> Sequence[tuple[Kind, str]]:
    """Their names and codes as they are, and under our own name."""
    prefixes, towns = ("ZZZ", "PUE", "VIL", "ROC"), (theirs, ours)
    references = [
        f"{prefix}-{kind}{number}" for prefix in prefixes for kind in ("PROP-2026-11-", "COM-2026-11-", "TIC-")
    ]
    codes = [f"{first}{kind}{code}" for first in ("", *(f"{town}-" for town in towns)) for kind in "pc"]
    return [
        *((Kind.TEXT, reference) for reference in references),
        *((Kind.START, each) for each in codes),
        *((Kind.PRESS, f"@{each}") for each in codes),
        *((Kind.PRESS, each) for each in ("k0.1", "zz.0", f"{theirs}.1")),
    ]


@pytest.mark.parametrize(
    ("theirs", "account", "ours"),
    [(SHARING, OWN, OWN), (OWN, PLATFORM, SHARING), (SHARING, PLATFORM, NEIGHBOUR)],
    ids=["their shared, our own", "their own, our shared", "the same account"],
)
async def test_what_is_another_towns_looks_like_what_is_nobodys(
    database_url: str, theirs: str, account: str, ours: str
) -> None:
    async with open_house(database_url, towns=(OWN, PLATFORM, SHARING, NEIGHBOUR)) as house:
        they, we = house.app.towns.find(theirs), house.app.towns.find(ours)
        assert they is not None
        assert we is not None
        house.app.store.run(theirs, lambda db: plant(db, they))
        before = everything(house, theirs)
        real = attempts(they.code, we.code, CODE, "4242")
        unreal = attempts(they.code, we.code, UNKNOWN, "4343")
        for name in ("real", "unreal"):
            assert "Ajuda" in await arrives(house, account, name, we)
        for (kind, one), (_, other) in zip(real, unreal, strict=True):
            if theirs == SHARING and account == PLATFORM and one.removeprefix("@").startswith(they.code):
                continue  # It leads to that town, which both share the account with.
            found = await tries(house, account, "real", kind, one)
            assert found == await tries(house, account, "unreal", kind, other), one
            assert "Canary" not in found
        assert everything(house, theirs) == before
        await arrives(house, theirs, "theirs", they)
        for kind, text in ((Kind.START, f"{they.code}-p{CODE}"), (Kind.TEXT, f"{they.prefix}-COM-2026-11-4242")):
            assert "Canary" in await tries(house, theirs, "theirs", kind, text)
