"""Words and photos taken out and put back: nothing that was ever written is lost, and nobody else reads it."""

from functools import partial

import pytest

from flows.participation import authorship, redaction
from flows.participation.authorship import Part
from flows.participation.moderation import Ground, NotDone, State, hide, keep
from flows.participation.refusal import Reason, Refused
from storage.attachments import Attachment, Stage, attachments_of
from storage.moderation import versions_of
from storage.proposals import Proposal
from tests.flows.hall import BODY, TITLE, Citizen
from tests.flows.square import STAFF, comment, decide, item, news, propose, report, somebody, square, state

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WORDS = "Call  Joan Puig on\nMonday"
SPOKEN = f"The square has no shade. {WORDS}, at noon, and call joan puig on monday."


@pytest.fixture
def author(citizen: Citizen) -> Citizen:
    citizen.town = square()
    return somebody(citizen, "Marta")


def redact(author: Citizen, name: str, words: str) -> None:
    decide(author, redaction.redact_words, name, words, Ground.OFFENSIVE, {"en": "It names a person."})


def revert(author: Citizen, name: str, number: int = 0) -> None:
    decide(author, redaction.revert, name, number)


def words(author: Citizen, name: str) -> tuple[str, str]:
    found = item(author, name)
    return (found.title if isinstance(found, Proposal) else "", found.body)


def kept(author: Citizen, name: str) -> list[tuple[str, object]]:
    return author.act(lambda turn: [(each.why, dict(each.content)) for each in versions_of(turn.db, name)])


def test_words_go_wherever_they_stand_and_come_back_as_they_were(author: Citizen) -> None:
    name = propose(author, body=SPOKEN)
    before = words(author, name)
    redact(author, name, "call Joan Puig on Monday")
    assert words(author, name) == (TITLE, "The square has no shade. […], at noon, and […].")
    assert (state(author, name), news(author, name)[-1]) == (State.REDACTED, "proposal_redacted")
    revert(author, name)
    assert (words(author, name), state(author, name)) == (before, State.KEPT)
    assert news(author, name)[-1] == "proposal_reverted"
    redacted = {"body": "The square has no shade. […], at noon, and […]."}
    assert kept(author, name) == [("redacted", {"body": before[1]}), ("reverted", redacted)]


def test_every_version_is_kept_and_any_can_be_gone_back_to(author: Citizen) -> None:
    name = propose(author)
    redact(author, name, "square")
    redact(author, name, "plane trees")
    revert(author, name, 1)
    assert words(author, name) == (TITLE, BODY)
    assert [why for why, _ in kept(author, name)] == ["redacted", "redacted", "reverted"]
    revert(author, name)
    assert "[…]" in words(author, name)[0]
    with pytest.raises(NotDone, match="has 4 earlier versions"):
        revert(author, name, 9)
    with pytest.raises(NotDone, match="has no earlier versions"):
        revert(author, propose(author, "Another tree in another square"))


def test_an_author_name_that_offends_is_words_too(author: Citizen) -> None:
    name = comment(author, propose(author))
    redact(author, name, "marta")
    assert item(author, name).author_name == "[…]"


@pytest.mark.parametrize("words", ["Nu\u0301n\u0303ez", "Nú\u200bñez ", "NÚÑEZ"])
def test_words_are_found_however_they_were_typed(author: Citizen, words: str) -> None:
    name = propose(author, body="Ask Núñez (a.*b|c) about the trees.")
    redact(author, name, words)
    assert item(author, name).body == "Ask […] (a.*b|c) about the trees."
    redact(author, name, "(a.*b|c)")
    assert item(author, name).body == "Ask […] […] about the trees."


def test_its_author_does_not_put_back_what_was_taken_out(author: Citizen) -> None:
    name = propose(author, body=SPOKEN)
    again = partial(authorship.edit, reference=name.partition(":")[2], part=Part.BODY, text=f"{SPOKEN} Again.")
    redact(author, name, "Joan Puig")
    with pytest.raises(Refused) as refused:
        author.act(again)
    assert refused.value.reason is Reason.REDACTED_STAYS_AS_IT_IS
    revert(author, name)
    author.act(again)
    assert words(author, name)[1].endswith("Again.")


def test_words_that_are_not_there_change_nothing(author: Citizen) -> None:
    name = propose(author)
    for nothing, why in (("elephants", "not in"), (".", "at least 3"), ("   ", "at least 3"), ("s.*are", "not in")):
        with pytest.raises(NotDone, match=why):
            redact(author, name, nothing)
    assert (words(author, name), kept(author, name)) == ((TITLE, BODY), [])


def test_what_is_hidden_stays_hidden_until_it_is_kept(author: Citizen) -> None:
    name = propose(author)
    decide(author, hide, name, Ground.OFFENSIVE, {})
    redact(author, name, "square")
    assert (state(author, name), item(author, name).hidden_reason) == (State.REMOVED, "decision")
    decide(author, keep, name)
    assert "[…]" in words(author, name)[0]


def test_a_redaction_answers_the_reports_before_it(author: Citizen) -> None:
    name = propose(author)
    for each in ("Pau", "Joan"):
        report(somebody(author, each), name)
    redact(author, name, "square")
    report(somebody(author, "Mar"), name)
    assert item(author, name).hidden_at is None


def test_one_photo_is_shown_no_longer_and_again(author: Citizen) -> None:
    name = propose(author)
    photo = Attachment(
        item=name,
        participant_id=author.id,
        channel="console",
        account="vilanova",
        external_id="file",
        name="square.jpg",
        media_type="image/jpeg",
        state=Stage.KEPT,
        due_at=None,
        added_at=author.now,
    )
    author.act(lambda turn: turn.db.add(photo))

    def is_hidden() -> bool:
        return author.act(lambda turn: attachments_of(turn.db, name)[0].hidden_at is not None)

    decide(author, redaction.redact_attachment, name, 1, Ground.DOES_NOT_BELONG, {})
    assert is_hidden()
    for number in (0, 2):
        with pytest.raises(NotDone, match="has 1 attachments"):
            decide(author, redaction.redact_attachment, name, number, Ground.SPAM, {})
    with pytest.raises(NotDone, match="hidden already"):
        decide(author, redaction.redact_attachment, name, 1, Ground.SPAM, {})
    revert(author, name)
    assert not is_hidden()
    revert(author, name)
    assert is_hidden()
    assert [why for why, _ in kept(author, name)] == ["redacted", "reverted", "reverted"]
    assert author.act(lambda turn: versions_of(turn.db, name)[0].by) == STAFF
