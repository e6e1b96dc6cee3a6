"""The guard refuses whatever touches a table without saying whose rows, however it is written."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import (
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    literal_column,
    not_,
    or_,
    select,
    table,
    text,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel import select as orm_select

from storage.database import Db, Store, Unbound
from storage.follows import Follow
from storage.participants import Participant, Session
from storage.proposals import Proposal
from storage.row import table_of
from tests.storage.rows import PARTICIPANT, add_rows

OURS, THEIRS = "sant-pau", "vilanova"
PROPOSALS, PEOPLE, FOLLOWS = table_of(Proposal), table_of(Participant), table_of(Follow)
OTHER = PROPOSALS.alias("other")
IS_OURS, PEOPLE_ARE_OURS = PROPOSALS.c.tenant_id == OURS, PEOPLE.c.tenant_id == OURS
SAME_TENANT = PROPOSALS.c.tenant_id == PEOPLE.c.tenant_id

NASTY: dict[str, Any] = {
    "nothing said": select(PROPOSALS.c.body),
    "another tenant": select(PROPOSALS.c.body).where(PROPOSALS.c.tenant_id == THEIRS),
    "ours or anything": select(PROPOSALS.c.body).where(or_(IS_OURS, true())),
    "not theirs": select(PROPOSALS.c.body).where(not_(PROPOSALS.c.tenant_id == THEIRS)),
    "unequal": select(PROPOSALS.c.body).where(PROPOSALS.c.tenant_id != THEIRS),
    "one of several": select(PROPOSALS.c.body).where(PROPOSALS.c.tenant_id.in_([OURS])),
    "like": select(PROPOSALS.c.body).where(PROPOSALS.c.tenant_id.like("%")),
    "a constant": select(PROPOSALS.c.body).where(PROPOSALS.c.tenant_id == literal_column("'sant-pau'")),
    "itself": select(PROPOSALS.c.body).where(PROPOSALS.c.tenant_id == PROPOSALS.c.tenant_id),
    "a function of it": select(PROPOSALS.c.body).where(func.lower(PROPOSALS.c.tenant_id) == OURS),
    "only counted": select(func.count()).select_from(PROPOSALS),
    "joined, one side bound by the other": select(PEOPLE.c.id).join(PROPOSALS, SAME_TENANT).where(IS_OURS),
    "joined by comma": select(PEOPLE.c.id).where(IS_OURS, PROPOSALS.c.author_id == PEOPLE.c.id),
    "outer join that binds the left in its condition": select(PROPOSALS.c.body).select_from(
        PROPOSALS.outerjoin(PEOPLE, IS_OURS & PEOPLE_ARE_OURS)
    ),
    "full join": select(PROPOSALS.c.body).select_from(PROPOSALS.join(PEOPLE, IS_OURS & PEOPLE_ARE_OURS, full=True)),
    "an alias beside the table": select(OTHER.c.body).where(IS_OURS, OTHER.c.id == PROPOSALS.c.id),
    "only the alias": select(PROPOSALS.c.body).where(OTHER.c.tenant_id == OURS, OTHER.c.id == PROPOSALS.c.id),
    "a subquery": select(select(PROPOSALS.c.body, PROPOSALS.c.tenant_id).subquery()),
    "a subquery bound outside": select((inner := select(PROPOSALS).subquery()).c.body).where(inner.c.tenant_id == OURS),
    "a subquery as a column": select(select(PROPOSALS.c.body).limit(1).scalar_subquery()),
    "exists": select(PEOPLE.c.id).where(PEOPLE_ARE_OURS, exists().where(PROPOSALS.c.author_id == PEOPLE.c.id)),
    "in": select(PEOPLE.c.id).where(PEOPLE_ARE_OURS, PEOPLE.c.id.in_(select(PROPOSALS.c.author_id))),
    "a common table expression": select(select(PROPOSALS.c.body).cte("all_of_them").c.body),
    "a union": union_all(select(PROPOSALS.c.body).where(IS_OURS), select(PROPOSALS.c.body)),
    "lateral": select(PEOPLE.c.id).join(select(PROPOSALS).lateral("beside"), true()).where(PEOPLE_ARE_OURS),
    "a table by name": select(table("proposals", column("body")).c.body),
    "plain words": text("SELECT body FROM proposals"),
    "plain words of columns": text("SELECT body FROM proposals").columns(column("body")),
    "plain words in a condition": select(PROPOSALS.c.body).where(IS_OURS, text("1 = 1 OR 1 = 1")),
    "plain words as a column": select(literal_column("(SELECT body FROM proposals)")),
    "plain words as a table": select(text("body FROM proposals")),
    "change all": update(PROPOSALS).values(title="x"),
    "change theirs": update(PROPOSALS).where(PROPOSALS.c.tenant_id == THEIRS).values(title="x"),
    "give to them": update(PROPOSALS).where(IS_OURS).values(tenant_id=THEIRS),
    "give by a function": update(PROPOSALS).where(IS_OURS).values(tenant_id=func.lower("VILANOVA")),
    "change with theirs": update(PROPOSALS).where(IS_OURS, PEOPLE.c.id == PROPOSALS.c.author_id).values(title="x"),
    "change to theirs": update(PROPOSALS).where(IS_OURS).values(body=select(PEOPLE.c.public_name).scalar_subquery()),
    "delete all": delete(PROPOSALS),
    "delete theirs": delete(PROPOSALS).where(PROPOSALS.c.tenant_id == THEIRS),
    "delete by theirs": delete(PROPOSALS).where(IS_OURS, PROPOSALS.c.author_id.in_(select(PEOPLE.c.id))),
    "add theirs": insert(FOLLOWS).values(tenant_id=THEIRS, participant_id=1, subject="x", followed_at=func.now()),
    "add ours and theirs": insert(FOLLOWS).values(
        [{"tenant_id": town, "participant_id": 1, "subject": "x"} for town in (OURS, THEIRS)]
    ),
    "add from theirs": insert(FOLLOWS).from_select(
        ["tenant_id", "participant_id", "subject", "followed_at"],
        select(literal(OURS), PEOPLE.c.id, literal("x"), PEOPLE.c.created_at),
    ),
    "add to theirs": insert(FOLLOWS).from_select(
        ["tenant_id", "participant_id", "subject", "followed_at"],
        select(literal(THEIRS), PEOPLE.c.id, literal("x"), PEOPLE.c.created_at).where(PEOPLE_ARE_OURS),
    ),
    "add to a computed one": insert(FOLLOWS).from_select(
        ["tenant_id", "participant_id", "subject", "followed_at"],
        select(PEOPLE.c.public_name, PEOPLE.c.id, literal("x"), PEOPLE.c.created_at).where(PEOPLE_ARE_OURS),
    ),
    "add or give to them": sqlite.insert(FOLLOWS)
    .values(tenant_id=OURS, participant_id=1, subject="x", followed_at=func.now())
    .on_conflict_do_update(index_elements=["tenant_id", "participant_id", "subject"], set_={"tenant_id": THEIRS}),
    "a change within a query": select(
        delete(PROPOSALS).where(IS_OURS).returning(PROPOSALS.c.body).cte("deleted").c.body
    ),
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("shape", NASTY)
def test_a_statement_that_is_not_bound_is_refused(store: Store, shape: str) -> None:
    with pytest.raises(Unbound):
        store.run(OURS, lambda db: db.execute(NASTY[shape]))


def test_plain_sql_is_refused(store: Store) -> None:
    with pytest.raises(Unbound):
        store.run(OURS, lambda db: db._session.connection().exec_driver_sql("SELECT 1"))


FINE: dict[str, Any] = {
    "one table": select(PROPOSALS.c.title).where(IS_OURS),
    "the other way round": select(PROPOSALS.c.title).where(literal(OURS) == PROPOSALS.c.tenant_id),
    "joined, both bound": select(PROPOSALS.c.title).join(PEOPLE, PEOPLE_ARE_OURS & SAME_TENANT).where(IS_OURS),
    "outer join, the right bound in its condition": select(PROPOSALS.c.title)
    .select_from(PROPOSALS.outerjoin(PEOPLE, PEOPLE_ARE_OURS & SAME_TENANT))
    .where(IS_OURS),
    "a subquery, bound inside": select(select(PROPOSALS.c.title).where(IS_OURS).subquery()),
    "exists, bound inside": select(PROPOSALS.c.title).where(
        IS_OURS, exists().where(PEOPLE_ARE_OURS, PEOPLE.c.id == PROPOSALS.c.author_id)
    ),
    "a union of bound ones": union_all(
        *[select(PROPOSALS.c.title).where(IS_OURS, PROPOSALS.c.id > n) for n in (0, 9**9)]
    ),
}


@pytest.mark.parametrize("shape", FINE)
def test_a_statement_that_is_bound_finds_ours(store: Store, shape: str) -> None:
    store.run(OURS, add_rows)
    store.run(THEIRS, add_rows)

    def read(db: Db) -> list[Any]:
        return list(db._session.connection().execute(FINE[shape]))

    assert store.run(OURS, read) == [("A bench in the square",)]


def names_of_people(db: Db, person: Any) -> Any:
    return db.all(orm_select(person.public_name))


ORM: dict[str, Callable[[Db], Any]] = {
    "a column": lambda db: db.all(orm_select(Participant.public_name)),
    "an alias": lambda db: names_of_people(db, aliased(Participant)),
    "counted by a column": lambda db: ["x"] * db._session.exec(orm_select(func.count(col(Participant.id)))).one(),
    "counted": lambda db: ["x"] * db.count(orm_select(Participant)),
    "joined": lambda db: db.all(
        orm_select(Participant).join(Session, col(Session.participant_id) == col(Participant.id))
    ),
    "joined by comma": lambda db: db.tuples(
        orm_select(Participant, Proposal).where(col(Proposal.author_id) == col(Participant.id))
    ),
    "outer join": lambda db: db.tuples(
        orm_select(Participant, Proposal).join(Proposal, col(Proposal.author_id) == col(Participant.id), isouter=True)
    ),
    "in": lambda db: db.all(orm_select(Participant).where(col(Participant.id).in_(orm_select(Proposal.author_id)))),
    "exists": lambda db: db.all(
        orm_select(Participant).where(
            orm_select(Proposal.id).where(col(Proposal.author_id) == col(Participant.id)).exists()
        )
    ),
    "a subquery": lambda db: names_of_people(db, aliased(Participant, orm_select(Participant).subquery())),
    "by key": lambda db: [db.find(Participant, PARTICIPANT)],
}


@pytest.mark.parametrize("shape", ORM)
def test_a_query_of_models_finds_ours_alone(store: Store, shape: str) -> None:
    for town in (OURS, THEIRS):
        store.run(town, add_rows)

    def read(db: Db) -> list[str]:
        try:
            return [str(row) for row in ORM[shape](db)]
        except Unbound:
            return ["refused"]

    (found,) = store.run(OURS, read)
    assert THEIRS not in found
    assert found != "refused" or shape in {"counted by a column", "exists"}
