"""Promise 10: whatever matters leaves a line in the log, in the transaction that does it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlmodel import select

from flows.participation import (
    authorship,
    blocks,
    comments,
    consent,
    forgetting,
    moderation,
    my_data,
    proposals,
    reports,
    supports,
)
from flows.participation.moderation import Ground
from flows.participation.process import Action
from flows.participation.proposals import Draft
from flows.turn import Turn
from storage.audit import Entry
from storage.database import Db, Store
from tests.conftest import NOW
from tests.flows.hall import BODY, IDEAS, SHADE, TITLE, Citizen, vilanova
from tests.towns import said

STAFF = "staff:Mireia"
OPEN = replace(SHADE, phases=(replace(IDEAS, allows=frozenset(Action)),))


class Scene:
    """A proposal of one, and another who reads it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.town = vilanova(OPEN)
        self.author, self.other = (self._member(name) for name in ("Marta", "Neus"))
        self.reference = self.author.act(lambda turn: proposals.submit(turn, "shade", Draft(TITLE, BODY)).reference)
        self.item = f"proposal:{self.reference}"

    def _member(self, name: str) -> Citizen:
        citizen = Citizen(self.store, self.town, NOW)

        def join(turn: Turn) -> None:
            consent.attest_age(turn, 16, "16?")
            consent.accept_terms(turn)
            turn.participant.public_name = name
            consent.choose_updates(turn, True, "News?")

        citizen.act(join)
        return citizen

    def decide(self, work: Callable[[Db], object]) -> None:
        """A person of the town does something."""
        self.store.run(self.town.id, lambda db: bool(work(db)))

    def answer(self) -> None:
        self.decide(lambda db: proposals.publish_answer(db, self.reference, "accepted", said("Yes"), now=NOW))

    def report(self) -> None:
        self.other.act(lambda turn: reports.report(turn, self.item, Ground.SPAM))

    def hide(self) -> None:
        self.decide(lambda db: moderation.hide(db, self.item, Ground.SPAM, said("Why"), now=NOW, actor=STAFF))

    def keep(self) -> None:
        self.hide()
        self.decide(lambda db: moderation.keep(db, self.item, now=NOW, actor=STAFF))

    def block(self) -> None:
        self.decide(lambda db: blocks.block(db, self.town, self.item, Ground.SPAM, said("Why"), now=NOW, actor=STAFF))

    def log(self) -> list[tuple[str, str]]:
        return self.store.run(self.town.id, lambda db: [(each.action, each.actor) for each in db.all(select(Entry))])

    def lines(self) -> list[str]:
        return self.store.run(self.town.id, lambda db: [repr(each) for each in db.all(select(Entry))])


DEEDS: dict[str, Callable[[Scene], object]] = {
    "consent_given": lambda scene: scene.other.act(lambda turn: consent.attest_age(turn, 18, "18?")),
    "consent_refused": lambda scene: scene.other.act(lambda turn: consent.choose_updates(turn, False, "News?")),
    "proposal_published": lambda scene: scene.other.act(
        lambda turn: proposals.submit(turn, "shade", Draft(TITLE, BODY))
    ),
    "proposal_withdrawn": lambda scene: scene.author.act(lambda turn: authorship.withdraw(turn, scene.reference)),
    "proposal_answered": Scene.answer,
    "support_given": lambda scene: scene.other.act(lambda turn: supports.support(turn, scene.reference)),
    "comment_published": lambda scene: scene.other.act(lambda turn: comments.publish(turn, scene.item, BODY)),
    "item_reported": Scene.report,
    "proposal_hidden": Scene.hide,
    "proposal_kept": Scene.keep,
    "participant_blocked": Scene.block,
    "my_data_sent": lambda scene: scene.other.act(my_data.send),
    "person_forgotten": lambda scene: scene.other.act(forgetting.forget),
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("action", DEEDS)
def test_a_deed_leaves_one_line_that_says_who_and_no_words_of_a_citizen(store: Store, action: str) -> None:
    scene = Scene(store)
    before = [actor for logged, actor in scene.log() if logged == action]
    DEEDS[action](scene)
    after = [actor for logged, actor in scene.log() if logged == action]
    assert len(after) == len(before) + 1
    assert after[-1].startswith(("participant:", "staff:", "system"))
    assert not [line for line in scene.lines() if any(words in line for words in (TITLE, BODY, "Marta", "Neus"))]
