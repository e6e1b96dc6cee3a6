"""Where is it? What the town carries out, how far, and the proposals it comes from."""

from dataclasses import replace

import pytest

from flows import card
from flows.participation.result import Milestone, Result
from storage.database import Db, Store
from storage.proposals import Proposal
from tests.flows.hall import SHADE, Citizen, vilanova
from tests.towns import local, said

NOW = local("2026-11-25 10:00")
REFERENCE = "VIL-PROP-2026-11-0042"
TREES = Result(
    slug="trees",
    code="treescode1",
    process="shade",
    title=said("Trees in the square"),
    description=said("Forty trees."),
    status=said("Under way"),
    progress=60,
    starts_at=local("2026-09-01 00:00"),
    ends_at=local("2027-04-01 00:00"),
    timeline=(
        Milestone(local("2026-09-01 00:00"), said("Works begin"), said("With a party.")),
        Milestone(local("2026-10-01 00:00"), said("Half are planted"), {}),
        Milestone(local("2026-12-01 00:00"), said("The rest"), {}),
    ),
    proposals=(REFERENCE, "VIL-PROP-2026-11-9999"),
    official_url="https://vilanova.example.org/trees",
)
DONE = replace(TREES, slug="done", code="donecode01", title=said("A fountain"), progress=100, proposals=())


def citizen(store: Store, *results: Result, is_supervised: bool = False) -> Citizen:
    town = replace(vilanova(replace(SHADE, is_supervised=is_supervised)), results=results)
    someone = Citizen(store, town, NOW)
    someone.says("hello")
    return someone


def propose(db: Db) -> None:
    db.add(
        Proposal(
            reference=REFERENCE,
            code="c" * 16,
            process="shade",
            phase="ideas",
            author_name="Ada",
            language="en",
            title="Plane trees",
            body="The square has no shade.",
            published_at=NOW,
        )
    )


@pytest.mark.parametrize(
    ("progress", "drawn"),
    [
        (0, "[----------] 0 %"),
        (9, "[----------] 9 %"),
        (60, "[######----] 60 %"),
        (99, "[#########-] 99 %"),
        (100, "[##########] 100 %"),
    ],
)
def test_a_bar_is_full_only_when_all_is_done_and_is_drawn_on_every_phone(progress: int, drawn: str) -> None:
    assert card.bar(progress) == drawn
    assert drawn.isascii()


def test_the_card_tells_the_story_in_order_and_what_comes_next(store: Store) -> None:
    someone = citizen(store, TREES, DONE)
    told = someone.follows_link(f"{someone.town.code}-{TREES.code}")
    lines = [
        "Under way",
        "[######----] 60 %",
        "Works begin. With a party.",
        "Half are planted.",
        "Next, on",
        "The rest.",
    ]
    places = [told.index(line) for line in lines]
    assert places == sorted(places)
    assert "It should be done by Wednesday 31 March 2027." in told


def test_what_is_under_way_comes_before_what_is_done(store: Store) -> None:
    someone = citizen(store, DONE, TREES)
    someone.says("where is it?")
    assert someone.labels == ["Trees in the square · 60 %", "A fountain · 100 %", "Menu"]


def test_the_proposals_it_comes_from_are_read_from_it_where_they_can_be(store: Store) -> None:
    someone = citizen(store, TREES)
    store.run(someone.town.id, propose)
    someone.follows_link(f"{someone.town.code}-{TREES.code}")
    assert someone.labels[:2] == ["It comes from: Plane trees", "Follow: tell me the news"]
    assert "The square has no shade." in someone.picks("It comes from")
    someone.says("back")
    assert someone.labels[0] == "It comes from: Plane trees"


def test_a_result_of_a_process_that_waits_for_approval_is_not_there(store: Store) -> None:
    someone = citizen(store, TREES, replace(DONE, process=""), is_supervised=True)
    assert "I do not know that code" in someone.follows_link(f"{someone.town.code}-{TREES.code}")
    someone.says("results")
    assert someone.labels == ["A fountain · 100 %", "Menu"]
