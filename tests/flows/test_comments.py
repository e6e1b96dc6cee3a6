"""Comments, rule by rule: where and until when, how deep, how long, on which side; what is told and what is not."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Engine, event
from sqlmodel import select

from flows.participation import comments, proposals
from flows.participation.comments import DEEPEST, shown_comment
from flows.participation.debate import Debate
from flows.participation.links import Kind, Subject, link_code, subject_of
from flows.participation.process import Action, CommentRules
from flows.participation.proposals import Draft
from flows.participation.refusal import Reason, Refused
from flows.turn import Turn
from storage.audit import Entry
from storage.comments import (
    Comment,
    Tally,
    comments_by_author,
    counts_of_replies,
    counts_of_subjects,
    latest_comments,
    tally_of,
)
from storage.database import Db
from storage.happenings import Happening
from storage.proposals import Proposal
from tests.flows.hall import BODY, CHOICE, IDEAS, SHADE, TITLE, Citizen, vilanova
from tests.towns import local, said

OPEN = replace(IDEAS, allows=IDEAS.allows | {Action.COMMENT})
TALKED = replace(SHADE, phases=(OPEN, CHOICE), comments=CommentRules(length=40))
BRIDGE = Debate(
    slug="bridge",
    code="bridgecode",
    process="",
    title=said("A new bridge?"),
    description=said("Over the river"),
    instructions=said("Say why"),
    has_sides=True,
    starts_at=local("2026-11-20 00:00"),
    ends_at=local("2026-12-01 00:00"),
    conclusions={},
    closed_at=None,
    min_age=14,
    official_url="",
)
DEBATE = "debate:bridge"


@pytest.fixture
def speaker(member: Citizen) -> Citizen:
    """Somebody who may speak, in a town with a proposal and a debate that are open."""
    member.town = replace(vilanova(TALKED), debates=(BRIDGE,))
    return member


@pytest.fixture
def proposal(speaker: Citizen) -> str:
    return "proposal:" + speaker.act(lambda turn: proposals.submit(turn, "shade", Draft(TITLE, BODY)).reference)


def speak(citizen: Citizen, about: str, words: str = "Yes", side: int = 0) -> str:
    return citizen.act(lambda turn: comments.publish(turn, about, words, side).reference)


def no(citizen: Citizen, about: str, words: str = "Yes", side: int = 0) -> Refused:
    with pytest.raises(Refused) as refused:
        speak(citizen, about, words, side)
    return refused.value


def row(citizen: Citizen, reference: str) -> Comment:
    return citizen.act(lambda turn: shown_comment(turn, reference))


def change(citizen: Citizen, reference: str, **columns: object) -> None:
    def work(comment: Comment) -> None:
        for name, value in columns.items():
            setattr(comment, name, value)

    citizen.act(lambda turn: work(turn.db.all(select(Comment).where(Comment.reference == reference))[0]))


def _mark(turn: Turn, column: str) -> None:
    setattr(turn.db.all(select(Proposal))[0], column, turn.now)


def newcomer(citizen: Citizen) -> Citizen:
    return Citizen(citizen.store, citizen.town, citizen.now)


def test_a_comment_has_a_reference_a_trace_and_is_news(speaker: Citizen, proposal: str) -> None:
    reference = speak(speaker, proposal, "  Yes,\n\n\n\nplease  ", side=1)
    kept = row(speaker, reference)
    assert reference.startswith("VIL-COM-2026-11-")
    assert (kept.body, kept.side, kept.depth, kept.parent_id) == ("Yes,\n\nplease", 1, 0, None)
    assert (kept.author_id, kept.author_name) == (speaker.id, "Marta")
    (entry,) = speaker.act(lambda turn: turn.db.all(select(Entry).where(Entry.action == "comment_published")))
    assert (entry.actor, entry.subject) == (f"participant:{speaker.id}", f"comment:{reference}")
    assert "Yes" not in str(entry.detail)
    (news,) = speaker.act(lambda turn: turn.db.all(select(Happening).where(Happening.kind == "comment_published")))
    assert (news.subject, news.actor_id) == (f"comment:{reference}", speaker.id)


@pytest.mark.parametrize(
    ("words", "kept"),
    [("x" * 40, 40), (" " + "é" * 40 + "\n", 40), ("🏳️‍🌈" * 10, 40), ("\u200b" * 99 + "a", 1)],
)
def test_the_longest_and_the_shortest(speaker: Citizen, proposal: str, words: str, kept: int) -> None:
    assert len(row(speaker, speak(speaker, proposal, words)).body) == kept


@pytest.mark.parametrize(
    ("words", "reason", "count"),
    [
        ("x" * 41, Reason.COMMENT_TOO_LONG, 1),
        ("🏳️‍🌈" * 11, Reason.COMMENT_TOO_LONG, 4),
        ("", Reason.COMMENT_EMPTY, None),
        (" \n\u200b\u2800", Reason.COMMENT_EMPTY, None),
    ],
)
def test_too_long_and_empty(speaker: Citizen, proposal: str, words: str, reason: Reason, count: int | None) -> None:
    refused = no(speaker, proposal, words)
    assert (refused.reason, refused.facts.get("count")) == (reason, count)


def test_the_fourth_answer_in_a_row_is_refused(speaker: Citizen, proposal: str) -> None:
    about = proposal
    for depth in range(DEEPEST + 1):
        reference = speak(speaker, about)
        assert row(speaker, reference).depth == depth
        about = f"comment:{reference}"
    assert no(speaker, about).reason is Reason.TOO_DEEP


def test_a_side_is_for_who_answers_nobody_where_there_are_sides(speaker: Citizen, proposal: str) -> None:
    root = speak(speaker, proposal, side=-1)
    assert no(speaker, f"comment:{root}", side=1).reason is Reason.SIDE_UNKNOWN
    assert no(speaker, proposal, side=2).reason is Reason.SIDE_UNKNOWN
    calm = replace(TALKED, comments=CommentRules(has_sides=False))
    speaker.town = replace(vilanova(calm), debates=(replace(BRIDGE, has_sides=False),))
    assert no(speaker, proposal, side=1).reason is Reason.SIDE_UNKNOWN
    assert no(speaker, DEBATE, side=-1).reason is Reason.SIDE_UNKNOWN
    assert speak(speaker, proposal)


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        ("2026-12-03 23:59:59", None),
        ("2026-12-04 00:00:00", Reason.ALLOWED_UNTIL),
        ("2026-10-31 23:59:59", Reason.NOT_BEGUN),
        ("2027-01-11 00:00:00", Reason.ALLOWED_BEFORE),
        ("2027-02-01 00:00:00", Reason.ENDED),
    ],
)
def test_a_phase_takes_comments_to_its_last_second(
    speaker: Citizen, proposal: str, at: str, reason: Reason | None
) -> None:
    speaker.now = local(at)
    if reason is None:
        assert speak(speaker, proposal)
    else:
        assert no(speaker, proposal).reason is reason


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        ("2026-11-19 23:59:59", Reason.DEBATE_NOT_BEGUN),
        ("2026-11-20 00:00:00", None),
        ("2026-11-30 23:59:59", None),
        ("2026-12-01 00:00:00", Reason.DEBATE_ENDED),
    ],
)
def test_a_debate_is_open_between_its_days(speaker: Citizen, at: str, reason: Reason | None) -> None:
    speaker.now = local(at)
    if reason is None:
        assert speak(speaker, DEBATE, side=1)
    else:
        assert no(speaker, DEBATE).reason is reason


def test_conclusions_close_a_debate(speaker: Citizen) -> None:
    closed = replace(BRIDGE, conclusions=said("We build it"), closed_at=speaker.now)
    speaker.town = replace(speaker.town, debates=(closed,))
    assert no(speaker, DEBATE).reason is Reason.DEBATE_CONCLUDED
    speaker.now -= timedelta(seconds=1)
    assert speak(speaker, DEBATE)


def test_a_debate_of_a_process_that_is_not_approved_is_not_there(speaker: Citizen) -> None:
    hidden = replace(TALKED, is_supervised=True)
    speaker.town = replace(vilanova(hidden), debates=(replace(BRIDGE, process="shade"),))
    assert no(speaker, DEBATE).reason is Reason.SPACE_UNKNOWN
    assert speaker.says("comment").count("There is nothing to comment on today.") == 1


@pytest.mark.parametrize(
    "about", ["debate:lost", "process:shade", "proposal:VIL-PROP-2026-11-0000", "comment:x", "", ":"]
)
def test_what_is_not_there_takes_no_comment(speaker: Citizen, about: str) -> None:
    assert no(speaker, about).reason in (Reason.SPACE_UNKNOWN, Reason.PROPOSAL_UNKNOWN, Reason.COMMENT_UNKNOWN)


def test_hidden_withdrawn_and_taken_back_take_no_comment(speaker: Citizen, proposal: str) -> None:
    root = speak(speaker, proposal)
    change(speaker, root, hidden_at=speaker.now, hidden_reason="reports")
    assert no(speaker, f"comment:{root}").reason is Reason.HIDDEN_TAKES_NO_COMMENTS
    change(speaker, root, hidden_at=None, deleted_at=speaker.now)
    assert no(speaker, f"comment:{root}").reason is Reason.COMMENT_TAKEN_BACK
    for column in ("hidden_at", "withdrawn_at"):
        speaker.act(partial(_mark, column=column))
        assert no(speaker, proposal).reason in (Reason.HIDDEN_TAKES_NO_COMMENTS, Reason.PROPOSAL_UNKNOWN)


def test_who_has_not_said_how_old_they_are_says_so_first(speaker: Citizen, proposal: str) -> None:
    other = newcomer(speaker)
    assert no(other, proposal).reason is Reason.AGE_NOT_ATTESTED


def test_what_the_town_reads_first_is_no_news_and_seen_by_its_author_alone(speaker: Citizen, proposal: str) -> None:
    speaker.town = vilanova(replace(TALKED, comments=CommentRules(reviewed_first=True)))
    reference = speak(speaker, proposal)
    assert row(speaker, reference).hidden_reason == "waiting"
    news = speaker.act(lambda turn: turn.db.all(select(Happening).where(Happening.kind == "comment_published")))
    assert list(news) == []
    with pytest.raises(Refused) as refused:
        newcomer(speaker).act(lambda turn: shown_comment(turn, reference))
    assert refused.value.reason is Reason.COMMENT_UNKNOWN
    assert speaker.act(lambda turn: (tally_of(turn.db, proposal), counts_of_subjects(turn.db, [proposal]))) == (
        Tally(),
        {},
    )
    assert speaker.act(lambda turn: latest_comments(turn.db, proposal, None, 2**62, 9)) == []
    assert "Only you can read this" in speaker.says(reference)
    assert "I do not know a comment" in newcomer_says(speaker, reference)


def newcomer_says(citizen: Citizen, text: str) -> str:
    other = newcomer(citizen)
    for words in ("hello", "english"):
        other.says(words)
    return other.says(text)


def test_taken_back_its_place_stays_and_its_words_do_not(speaker: Citizen, proposal: str) -> None:
    root = speak(speaker, proposal, "Never again", side=1)
    speak(speaker, f"comment:{root}", "Why not?")
    with pytest.raises(Refused) as refused:
        newcomer(speaker).act(lambda turn: comments.take_back(turn, root))
    assert refused.value.reason is Reason.NOT_THE_AUTHOR
    for _ in range(2):
        speaker.act(lambda turn: comments.take_back(turn, root).reference)
    assert len(speaker.act(lambda turn: turn.db.all(select(Entry).where(Entry.action == "comment_taken_back")))) == 1
    assert speaker.act(lambda turn: tally_of(turn.db, proposal)) == Tally(1, 0, 0, 0)
    speaker.says(proposal.removeprefix("proposal:"))
    assert "Never again" not in speaker.picks("Read 1 comment")
    assert "Taken back by its author · 1 answer" in speaker.labels
    assert "Never again" not in speaker.picks("Taken back")
    assert "Marta: Why not?" in speaker.labels
    assert "Answer" not in speaker.labels
    assert "It answers a comment that can no longer be read." in speaker.picks("Marta: Why not?")


def test_counts_by_side_are_those_of_who_answers_nobody(speaker: Citizen, proposal: str) -> None:
    first = speak(speaker, proposal, side=1)
    for side in (1, 0, -1):
        speak(speaker, proposal, side=side)
    answer = speak(speaker, f"comment:{first}")
    speak(speaker, DEBATE)
    ids = [row(speaker, reference).id for reference in (first, answer)]
    subjects = [proposal, DEBATE, "debate:lost"]
    assert speaker.act(lambda turn: tally_of(turn.db, proposal)) == Tally(5, 2, 1, 1)
    assert speaker.act(lambda turn: counts_of_subjects(turn.db, subjects)) == {proposal: 5, DEBATE: 1}
    assert speaker.act(lambda turn: counts_of_replies(turn.db, proposal, ids)) == {ids[0]: 1}


def test_a_comments_code_leads_to_it_until_it_cannot_be_read(speaker: Citizen, proposal: str) -> None:
    reference = speak(speaker, proposal)
    code = link_code(speaker.town, f"c{row(speaker, reference).code}")

    def lead(citizen: Citizen) -> Subject | None:
        return citizen.act(lambda turn: subject_of(turn.db, turn.town, code))

    assert lead(speaker) == Subject(Kind.COMMENT, reference)
    assert len(f"@{code}") <= 64
    assert lead(Citizen(speaker.store, vilanova(id="sant-pau"), speaker.now)) is None
    assert "Marta, Wednesday" in speaker.follows_link(code)
    assert speaker.labels[0] == "Answer"
    change(speaker, reference, hidden_at=speaker.now)
    assert lead(speaker) is None


def test_words_are_quoted_so_that_they_cannot_look_like_the_towns(speaker: Citizen, proposal: str) -> None:
    words = "Ok\n\nState: accepted.\nReference: X"
    reference = speak(speaker, proposal, words)
    shown = speaker.says(reference)
    assert "> Ok\n>\n> State: accepted.\n> Reference: X\n" in shown
    assert "\nState:" not in shown


def test_a_thread_of_hundreds_is_read_page_by_page(speaker: Citizen, proposal: str) -> None:
    first = speak(speaker, proposal, "Number 0")
    sample = row(speaker, first)

    def fill(db: Db) -> None:
        for number in range(1, 100):
            own = {"reference": f"VIL-COM-2026-11-9{number:04}", "code": f"code{number}", "body": f"Number {number}"}
            db.add(Comment(**sample.model_dump(exclude={"id"}) | own))

    speaker.act(lambda turn: fill(turn.db))
    speaker.page_size = 1000
    speaker.says(proposal.removeprefix("proposal:"))
    shown = speaker.picks("Read 100 comments")
    seen = [label for label in speaker.labels if label.startswith("Marta: ")]
    for _ in range(2):
        assert "100 comments" in shown
        shown = speaker.picks("Older comments")
        seen += [label for label in speaker.labels if label.startswith("Marta: ")]
    assert seen == [f"Marta: Number {number}" for number in reversed(range(100))]
    assert "Older comments" not in speaker.labels
    mine = speaker.act(lambda turn: len(comments_by_author(turn.db, speaker.id)))
    assert mine == 100


def test_a_thread_is_read_with_as_many_statements_however_long_it_is(speaker: Citizen, proposal: str) -> None:
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, _p: object, _x: object, _many: bool) -> None:
        seen.append(statement)

    def statements() -> int:
        seen.clear()
        speaker.says("menu")
        speaker.says(proposal.removeprefix("proposal:"))
        speaker.picks("Read ")
        return len(seen)

    speak(speaker, proposal)
    event.listen(Engine, "before_cursor_execute", note)
    try:
        statements()
        before = statements()
        for _ in range(12):
            speak(speaker, f"comment:{speak(speaker, proposal)}")
        assert before > 0
        assert statements() == before
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_below_the_last_level_the_one_above_is_offered(speaker: Citizen, proposal: str) -> None:
    about, references = proposal, []
    for _ in range(DEEPEST + 1):
        references.append(speak(speaker, about))
        about = f"comment:{references[-1]}"
    speaker.says(references[-1])
    assert "Answer" not in speaker.labels
    assert "> Yes" in speaker.picks("Answer Marta, one above")
    speaker.says("One more")
    speaker.picks("Publish the comment")
    assert speaker.act(lambda turn: [each.depth for each in comments_by_author(turn.db, speaker.id)]) == [3, 3, 2, 1, 0]


def test_a_comment_written_until_the_last_second_is_not_published_after_it(speaker: Citizen, proposal: str) -> None:
    speaker.says(proposal.removeprefix("proposal:"))
    speaker.picks("Comment")
    speaker.picks("For")
    speaker.says("Yes, trees")
    speaker.now = local("2026-12-04 00:00")
    assert "the last day to comment was Thursday 3 December" in speaker.picks("Publish the comment")
    assert speaker.act(lambda turn: turn.db.all(select(Comment))) == []
