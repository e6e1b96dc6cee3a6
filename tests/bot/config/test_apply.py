"""What an apply does to the store, on both databases."""

import pytest
from sqlmodel import col, select

from bot.config.apply import Held, apply
from bot.config.approve import NotSupervised, approve_space
from bot.config.load import load
from bot.config.plan import Change, Plan, Sign, plan
from bot.config.source import Source
from storage.audit import Entry
from storage.comments import Comment
from storage.database import Db, Store
from storage.participants import Participant
from storage.proposals import Proposal
from storage.responses import Response
from storage.tenants import Revision, SurveyRevision, Tenant, approved_spaces
from tests.bot.config.vilabona import changed, good, with_files
from tests.conftest import NOW


def applied(store: Store, source: Source, *, removes: bool = False) -> Plan:
    loaded = load(source)
    return store.run(source.id, lambda db: apply(db, source, loaded, NOW, "staff:me", removes=removes))


def planned(store: Store, source: Source) -> list[Change]:
    return list(store.run(source.id, lambda db: plan(db, source, load(source), NOW)).changes)


def entries(store: Store) -> list[Entry]:
    return store.run("vilabona", lambda db: list(db.all(select(Entry).order_by(col(Entry.id)))))


def count(store: Store, model: type[Revision] | type[SurveyRevision]) -> int:
    return store.run("vilabona", lambda db: db.count(select(model)))


def test_the_first_apply_makes_the_town_and_pins_its_surveys(store: Store) -> None:
    made = applied(store, good())
    assert {change.sign for change in made.changes} == {Sign.ADDED}
    assert [change.name for change in made.changes if change.kind == "phase"] == [
        "mercat/enquesta",
        "mercat/ideas",
        "mercat/retorn",
        "riu/propostes",
    ]
    tenant = store.run("vilabona", lambda db: db.one(Tenant))
    assert (tenant.revision, tenant.applied_at) == (good().hash, NOW)
    survey = load(good()).town.surveys[0]
    pinned = store.run("vilabona", lambda db: db.one(SurveyRevision, "us", survey.hash))
    assert pinned.content == survey.content


def test_applying_the_same_again_changes_nothing(store: Store) -> None:
    applied(store, good())
    again = applied(store, good())
    assert (again.is_current, again.changes) == (True, ())
    assert (len(entries(store)), count(store, Revision), count(store, SurveyRevision)) == (1, 1, 1)


def test_an_apply_leaves_a_line_in_the_audit_log(store: Store) -> None:
    applied(store, good())
    applied(store, changed("tenant.yaml", "population: 4200", "population: 4300"))
    last = entries(store)[-1]
    assert (last.actor, last.action, last.subject, last.at) == ("staff:me", "apply", "tenant:vilabona", NOW)
    assert (last.detail["added"], last.detail["changed"], last.detail["removed"]) == (0, 1, 0)


@pytest.mark.parametrize(
    ("source", "change"),
    [
        (changed("tenant.yaml", "4200", "4300"), Change(Sign.CHANGED, "tenant", "vilabona", ("population",))),
        (
            changed("processes/mercat.yaml", "2026-11-29", "2026-11-28"),
            Change(Sign.CHANGED, "phase", "mercat/ideas", ("ends_at",)),
        ),
        (
            changed("processes/mercat.yaml", "limit: 5", "limit: 6"),
            Change(Sign.CHANGED, "process", "mercat", ("proposals",)),
        ),
        (changed("surveys/us.yaml", "Never", "Not once"), Change(Sign.CHANGED, "survey", "us", ("questions",))),
        (changed("terms/ca.md", "Normes", "Regles"), Change(Sign.CHANGED, "text", "terms/ca", ("words",))),
        (changed("channels.yaml", "rate: 20", "rate: 10"), Change(Sign.CHANGED, "account", "telegram", ("rate",))),
        (changed("shield.svg", "h1v1", "h2v1"), Change(Sign.CHANGED, "file", "shield.svg", ("content",))),
        (with_files({"meetings/passejada.yaml": None}), Change(Sign.REMOVED, "meeting", "passejada")),
        (
            changed("debates/llum.yaml", "sides: false", "sides: true"),
            Change(Sign.CHANGED, "debate", "llum", ("sides",)),
        ),
        (changed("results/cami.yaml", "60", "80"), Change(Sign.CHANGED, "result", "cami", ("progress",))),
        (with_files({"assemblies/consell.yaml": None}), Change(Sign.REMOVED, "assembly", "consell")),
        (with_files({"help/es.md": b"Ayuda\n"}), Change(Sign.ADDED, "text", "help/es")),
    ],
)
def test_a_plan_names_what_differs(store: Store, source: Source, change: Change) -> None:
    applied(store, good())
    assert change in planned(store, source)
    assert {one.name.partition("/")[0] for one in applied(store, source).changes} == {change.name.partition("/")[0]}
    assert planned(store, source) == []


def test_a_comment_is_a_new_revision_without_changes(store: Store) -> None:
    applied(store, good())
    commented = changed("tenant.yaml", "prefix:", "# a comment\nprefix:")
    made = applied(store, commented)
    assert (made.changes, made.is_current) == ((), False)
    assert store.run("vilabona", lambda db: db.one(Tenant).revision) == commented.hash


def test_going_back_to_an_earlier_revision_keeps_one_copy_of_it(store: Store) -> None:
    other = changed("tenant.yaml", "4200", "4300")
    for source in (good(), other, good()):
        applied(store, source)
    assert count(store, Revision) == 2
    assert store.run("vilabona", lambda db: db.one(Tenant).revision) == good().hash


def test_a_space_with_contributions_is_not_removed_without_the_flag(store: Store) -> None:
    applied(store, good())
    store.run("vilabona", _contribute)
    less = with_files(
        {
            "processes/mercat.yaml": None,
            "surveys/us.yaml": None,
            "debates/llum.yaml": None,
            "meetings/passejada.yaml": None,
        }
    )
    with pytest.raises(Held) as raised:
        applied(store, less)
    assert "process mercat (2), survey us (1), debate llum (1)" in str(raised.value)
    assert store.run("vilabona", lambda db: db.one(Tenant).revision) == good().hash
    assert len(entries(store)) == 1

    applied(store, less, removes=True)
    assert store.run("vilabona", lambda db: db.one(Tenant).revision) == less.hash
    assert entries(store)[-1].detail["removed_contributions"] == 4
    assert store.run("vilabona", lambda db: db.count(select(Proposal))) == 2


def test_a_space_without_contributions_is_removed_at_once(store: Store) -> None:
    applied(store, good())
    applied(store, with_files({"processes/riu.yaml": None, "results/cami.yaml": None}))
    assert store.run("vilabona", lambda db: db.one(Tenant).revision) != good().hash


def test_a_supervised_process_is_approved_once_by_a_person(store: Store) -> None:
    applied(store, good())
    assert store.run("vilabona", lambda db: approve_space(db, "riu", "Mireia", NOW))
    assert not store.run("vilabona", lambda db: approve_space(db, "riu", "Joan", NOW))
    assert store.run("vilabona", approved_spaces) == {"riu"}
    assert [(one.actor, one.action, one.subject) for one in entries(store)[1:]] == [
        ("staff:Mireia", "approve", "process:riu")
    ]


@pytest.mark.parametrize(
    ("tenant", "process", "why"),
    [
        ("vilabona", "mercat", "vilabona/mercat needs no approval"),
        ("vilabona", "placa", "vilabona has no process placa; there are: mercat, riu"),
        ("nowhere", "riu", "There is no town nowhere in the store"),
    ],
)
def test_what_needs_no_approval_gets_none(store: Store, tenant: str, process: str, why: str) -> None:
    applied(store, good())
    with pytest.raises(NotSupervised, match=why):
        store.run(tenant, lambda db: approve_space(db, process, "Mireia", NOW))


def _contribute(db: Db) -> None:
    who = Participant(created_at=NOW)
    db.add(who)
    for number in range(2):
        db.add(
            Proposal(
                reference=f"BON-PROP-2026-11-000{number}",
                code=f"code{number}",
                process="mercat",
                phase="ideas",
                author_name="Roure",
                language="ca",
                title="Un banc",
                body="Vull un banc a la plaça.",
                published_at=NOW,
                withdrawn_at=NOW if number else None,
            )
        )
    db.add(
        Comment(
            reference="BON-COM-2026-11-0001",
            code="comment1",
            subject="debate:llum",
            author_name="Roure",
            language="ca",
            body="Amb llum.",
            published_at=NOW,
        )
    )
    db.add(
        Response(
            survey="us",
            revision=load(good()).town.surveys[0].hash,
            receipt="r",
            answers={},
            channel="console",
            language="ca",
            submitted_at=NOW,
        )
    )
