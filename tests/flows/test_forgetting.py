"""FORGET: what goes, what stays without a name, and that no row leads to the person any more."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from secrets import token_hex

import pytest
from sqlmodel import select

from bot.compose import MADE_AT_MOST
from flows.participation import forgetting, my_data
from flows.participation.process import Action
from storage.audit import Consent, Entry
from storage.belongings import LINKS
from storage.comments import Comment
from storage.database import Db, Store
from storage.erasures import Erasure
from storage.happenings import Happening
from storage.keys import Keys
from storage.moderation import Moderation, Version
from storage.outbox import Message, Purpose
from storage.participants import Address, Participant
from storage.proposals import Proposal
from storage.responses import Response
from storage.row import Row, table_of
from storage.supports import Support
from storage.tables import TABLES
from storage.tenants import Tenant
from tests.conftest import NOW
from tests.flows.hall import CHOICE, SHADE, Citizen, vilanova
from tests.storage.rows import HASH, PARTICIPANT, add_rows
from tests.towns import local

NAME = "somebody of vilanova"
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What is the same on both kinds is tried on one."""


@pytest.fixture
def somebody(store: Store) -> Citizen:
    """Who has left something in every table."""

    def did(db: Db) -> None:
        db.all(select(Happening))[0].actor_id = PARTICIPANT
        db.all(select(Version))[0].by = f"participant:{PARTICIPANT}"

    store.run("vilanova", add_rows)
    store.run("vilanova", did)
    return Citizen(store, vilanova(), NOW, id=PARTICIPANT)


def everything(store: Store) -> Iterator[tuple[str, str]]:
    """Every row of the town, as (table, words)."""

    def read(db: Db) -> list[tuple[str, str]]:
        return [(table_of(model).name, repr(row)) for model in TABLES for row in db.all(select(model))]

    yield from store.run("vilanova", read)


def test_every_column_that_names_a_participant_is_known() -> None:
    names = {"participant_id", "author_id", "actor_id"}
    found = {(model, column.key) for model in TABLES for column in table_of(model).c if column.key in names}
    assert found == {(model, column) for model, column in LINKS.items() if model is not Participant}


def test_every_table_is_in_the_file_or_left_out_for_a_reason() -> None:
    told: set[type[Row] | type[Tenant]] = {*my_data.SECTIONS.values(), *my_data.INSIDE}
    assert told | set(my_data.LEFT_OUT) == set(TABLES)
    assert told & set(my_data.LEFT_OUT) == set()


@on_sqlite
def test_the_file_has_something_of_every_table_and_no_key_or_address(somebody: Citizen) -> None:
    own = somebody.act(my_data.gather)
    assert [name for name, rows in own.items() if not rows] == []
    words = json.dumps(own)
    assert str(PARTICIPANT) not in words
    assert "sealed" not in words
    assert "Where is the hall?" in words
    assert "A bench" in json.dumps(own["proposals"][0]["before"])


def test_no_row_leads_to_who_was_forgotten(somebody: Citizen, keys: Keys) -> None:
    before = {table for table, words in everything(somebody.store) if str(PARTICIPANT) in words}
    assert before >= {table_of(model).name for model in LINKS}
    somebody.act(forgetting.forget)
    left = {table for table, words in everything(somebody.store) if str(PARTICIPANT) in words or NAME in words}
    assert left - {"seals"} == {"audit"}
    named = {table for table, words in everything(somebody.store) if "somebody" in words}
    assert named == {"approvals", "batches"}  # of a person of the town
    hashed = [table for table, words in everything(somebody.store) if repr(HASH) in words]
    assert hashed == ["bindings"]
    (erasure,) = somebody.store.run("vilanova", lambda db: db.all(select(Erasure).where(Erasure.id != 1003)))
    sealed = json.loads(keys.unseal("vilanova", erasure.sealed))
    assert sealed["participant"] == PARTICIPANT
    assert sealed["file"]["profile"][0]["public_name"] == NAME
    assert erasure.destroy_at == NOW + timedelta(days=1095)


@on_sqlite
def test_what_others_read_stays_without_a_name(somebody: Citizen) -> None:
    somebody.act(forgetting.forget)
    other = Citizen(somebody.store, somebody.town, NOW, language="en")
    other.town = replace(other.town, prefix="X")
    other.says("hello")
    other.says("english")
    card = other.says("X-1")
    assert "a participant who has left" in card
    assert "somebody" not in card


def a_message(participant_id: int, number: int, content: str) -> Message:
    return Message(
        id=number + 1,
        participant_id=participant_id,
        lane="console:vilanova",
        channel="console",
        sealed=b"",
        purpose=Purpose.REPLY,
        content=content,
        due_at=NOW,
    )


def a_comment(author_id: int, number: int, body: str) -> Comment:
    return Comment(
        reference=f"VIL-COM-2026-11-{number:04}",
        code=f"code{number}",
        subject="debate:bridge",
        author_id=author_id,
        author_name="Ada",
        language="en",
        body=body,
        published_at=NOW,
    )


def at(citizen: Citizen, moment: str) -> Citizen:
    citizen.now = local(moment)
    return citizen


def supports_of(store: Store) -> tuple[int, int]:
    def read(db: Db) -> tuple[int, int]:
        (proposal,) = db.all(select(Proposal))
        return proposal.supports_kept, db.count(select(Support))

    return store.run("vilanova", read)


@on_sqlite
@pytest.mark.parametrize(
    ("moment", "kept"), [("2026-11-25 10:00", 0), ("2027-01-31 23:59", 0), ("2027-02-01 00:00", 1)]
)
def test_a_support_stays_as_a_number_once_supporting_has_closed(somebody: Citizen, moment: str, kept: int) -> None:
    assert Action.SUPPORT in CHOICE.allows
    somebody.town = vilanova(replace(SHADE, slug="places"))
    at(somebody, moment).act(forgetting.forget)
    assert supports_of(somebody.store) == (kept, 0)


@on_sqlite
@pytest.mark.parametrize(("moment", "kept"), [("2026-12-03 23:59", 0), ("2026-12-04 00:00", 1)])
def test_answers_go_while_the_survey_is_open_and_stay_unlinked_once_it_has_closed(
    somebody: Citizen, moment: str, kept: int
) -> None:
    town = vilanova(replace(SHADE, phases=tuple(replace(each, surveys=("spring",)) for each in SHADE.phases)))
    somebody.town = town
    at(somebody, moment).act(forgetting.forget)
    found = somebody.store.run("vilanova", lambda db: [each.participant_id for each in db.all(select(Response))])
    assert found == [None] * kept


def code_in(words: str) -> str:
    found = re.search(r"code: ([A-Z]{4})", words)
    assert found
    return found[1]


def arrives(member: Citizen) -> str:
    member.says("hello")
    return member.says("forget me")


@on_sqlite
def test_only_the_code_forgets(member: Citizen) -> None:
    code = code_in(arrives(member))
    assert "That is not the code" in member.says("yes")
    goodbye = member.says(code.lower())
    assert "has forgotten you" in goodbye
    assert member.labels == []
    assert member.store.run("vilanova", lambda db: db.count(select(Participant))) == 0


@on_sqlite
def test_three_wrong_codes_erase_nothing(member: Citizen) -> None:
    arrives(member)
    for _ in range(2):
        assert "That is not the code" in member.says("XXXX")
    assert "Nothing was erased" in member.says("XXXX")
    assert member.store.run("vilanova", lambda db: db.count(select(Participant))) == 1
    assert "code:" not in member.says("XXXX")


@on_sqlite
def test_a_code_of_another_time_forgets_nobody(member: Citizen) -> None:
    code = code_in(arrives(member))
    member.says("no")
    while code_in(again := member.says("forget me")) == code:
        member.says("no")
    assert again
    assert "That is not the code" in member.says(code)


@on_sqlite
def test_their_data_are_sent_once_an_hour(member: Citizen) -> None:
    member.says("hello")
    first = member.says("my data")
    assert "all we keep of you" in first
    assert member.said is not None
    page, data = member.said.files
    assert (page.name, data.name) == ("my-data.html", "my-data.json")
    assert page.data.startswith(b"<!doctype html>")
    own = json.loads(data.data)
    assert [each["purpose"] for each in own["consents"]] == ["age", "terms", "updates"]
    member.now += timedelta(minutes=59, seconds=30)
    assert "1 minute." in member.says("my data")
    member.now += timedelta(seconds=30)
    assert "all we keep of you" in member.says("my data")
    logged = member.store.run("vilanova", lambda db: [each.action for each in db.all(select(Entry))])
    assert logged.count("my_data_sent") == 2


@on_sqlite
@pytest.mark.parametrize(("comments", "files"), [(200, ["my-data.zip"]), (1000, [])])
def test_who_has_written_very_much_gets_what_travels_or_hears_where_to_ask(
    member: Citizen, comments: int, files: list[str]
) -> None:
    def write(db: Db) -> None:
        for number in range(200):
            text = json.dumps({"text": token_hex(1000)})
            db.add(a_message(member.id, number, text))
        for number in range(comments):
            db.add(a_comment(member.id, number, token_hex(250)))

    member.store.run("vilanova", write)
    member.says("hello")
    said = member.says("my data")
    assert member.said is not None
    assert [file.name for file in member.said.files] == files
    assert sum(len(file.data) for file in member.said.files) <= MADE_AT_MOST
    assert ("participa@example.org" in said) == (not files)


@on_sqlite
def test_the_page_shows_what_was_written_as_text(member: Citizen) -> None:
    def rename(db: Db) -> None:
        db.one(Participant, member.id).public_name = '<script>alert("x")</script>'

    member.store.run("vilanova", rename)
    member.says("hello")
    member.says("my data")
    assert member.said is not None
    shown = member.said.files[0].data.decode()
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


@on_sqlite
def test_who_comes_back_is_a_stranger(member: Citizen) -> None:
    before = member.id
    member.says(code_in(arrives(member)))
    member.id = 0
    assert "automatic participation service" in member.says("hello") + member.says("1")
    assert member.id != before
    assert member.store.run("vilanova", lambda db: db.count(select(Consent))) == 0


def test_two_who_are_forgotten_both_count(store: Store) -> None:
    store.run("vilanova", add_rows)
    town = vilanova(replace(SHADE, slug="places"))

    def second(db: Db) -> None:
        db.add(Participant(id=2002, created_at=NOW))
        proposal = db.all(select(Proposal))[0]
        db.add(Support(proposal_id=proposal.id, participant_id=2002, process="places", counts=True, given_at=NOW))

    store.run("vilanova", second)
    for person in (PARTICIPANT, 2002):
        Citizen(store, town, local("2027-03-01 00:00"), id=person).act(forgetting.forget)
    assert supports_of(store) == (2, 0)


@on_sqlite
def test_the_address_is_gone(somebody: Citizen) -> None:
    somebody.act(forgetting.forget)
    assert somebody.store.run("vilanova", lambda db: db.count(select(Address))) == 0


@on_sqlite
@pytest.mark.parametrize(
    ("change", "stays"),
    [({}, True), ({"withdrawn_at": NOW}, False), ({"hidden_at": NOW, "hidden_reason": "waiting"}, False)],
)
def test_what_nobody_reads_loses_its_words_and_photos(
    somebody: Citizen, change: dict[str, object], stays: bool
) -> None:
    def alter(db: Db) -> None:
        for name, value in change.items():
            setattr(db.all(select(Proposal))[0], name, value)

    somebody.store.run("vilanova", alter)
    somebody.act(forgetting.forget)
    left = list(everything(somebody.store))
    assert any("There is no bench" in words for table, words in left if table == "proposals") == stays
    assert any(table == "attachments" for table, _ in left) == stays


@on_sqlite
def test_a_block_is_forgotten_with_its_person(somebody: Citizen) -> None:
    def block(db: Db) -> None:
        db.add(Moderation(item=f"participant:{PARTICIPANT}", state="blocked", opened_at=NOW, decided_at=NOW))
        db.add(Happening(kind="participant_blocked", subject=f"participant:{PARTICIPANT}", happened_at=NOW))

    somebody.store.run("vilanova", block)
    assert somebody.act(my_data.gather)["profile"][0]["decision"]
    somebody.act(forgetting.forget)
    left = {table for table, words in everything(somebody.store) if str(PARTICIPANT) in words}
    assert left - {"seals"} == {"audit"}
