"""Photos and documents with a proposal: what is taken, how they add up, and what stays with what is published."""

from dataclasses import replace

import pytest
from sqlmodel import col, select

from bot.engine import advance
from bot.session import dump_session, load_session
from flows.participation.attachments import LARGEST, handed_in
from flows.step import Ask, Choice, Flow, Goto, Move, Say, Wrong
from flows.turn import Deed, Handed, Heard, Turn
from storage.attachments import Attachment, Stage
from tests.flows.hall import BODY, RULES, SHADE, TITLE, Citizen, vilanova

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TAKES_TWO = replace(SHADE, proposals=replace(RULES, attachments=2))


def a_file(number: int = 1, media_type: str = "image/jpeg", name: str = "", size: int = 1000) -> Handed:
    return Handed("console", "vilanova", f"file-{number}", name, media_type, size)


@pytest.fixture
def author(member: Citizen) -> Citizen:
    """At the question about photos."""
    member.town = vilanova(TAKES_TWO)
    for text in ("propose", TITLE, BODY, "Trees", "Main square"):
        asked = member.says(text)
    assert "Do you want to add photos or documents? Send them now, up to 2." in asked
    return member


def attaches(citizen: Citizen, *files: Handed, words: str = "") -> str:
    return citizen.hear(Heard(Deed.ATTACH, words, files))


def kept(citizen: Citizen) -> list[Attachment]:
    return citizen.act(lambda turn: list(turn.db.all(select(Attachment).order_by(col(Attachment.id)))))


def publish(citizen: Citizen) -> str:
    return citizen.picks("Publish it")


def test_files_of_several_messages_add_up_and_stay_with_the_proposal(author: Citizen) -> None:
    assert "I have it: photo 1." in attaches(author, a_file(1))
    assert "I have it: plan.pdf." in attaches(author, a_file(2, "application/pdf", "plan.pdf"))
    assert author.labels == ["Go on", "Go on without files"]
    assert "Attached: photo 1, plan.pdf" in author.says("done")
    assert kept(author) == []
    publish(author)
    rows = kept(author)
    assert [(row.external_id, row.name, row.state, row.due_at) for row in rows] == [
        ("file-1", "photo 1", Stage.WANTED, author.now),
        ("file-2", "plan.pdf", Stage.WANTED, author.now),
    ]
    assert {row.item[:13] for row in rows} == {"proposal:VIL-"}
    assert {row.participant_id for row in rows} == {author.id}


def test_words_below_a_photo_are_not_kept_where_none_are_asked_for_and_that_is_said(author: Citizen) -> None:
    assert "not the words below it" in attaches(author, a_file(1), words="Look at this")
    assert "not the words below it" not in attaches(author, a_file(2), words=" ")


def test_the_same_file_again_counts_once(author: Citizen) -> None:
    for _ in range(4):
        assert "I have it: photo 1." in attaches(author, a_file(1))
    assert "Attached: photo 1" in author.says("done")


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ((), "I take photos (JPEG, PNG or WebP) and PDF documents."),
        ((a_file(media_type="video/mp4"),), "I take photos"),
        ((a_file(media_type=""),), "I take photos"),
        ((a_file(media_type="image/svg+xml"),), "I take photos"),
        ((Handed("console", "vilanova", "x" * 401, "", "image/jpeg", 1),), "I take photos"),
        ((a_file(size=LARGEST + 1),), "it has more than 10 MB"),
        ((a_file(1), a_file(2), a_file(3)), "Only 2 files fit here"),
    ],
)
def test_what_is_not_taken_is_said_and_nothing_is_lost(author: Citizen, files: tuple[Handed, ...], told: str) -> None:
    attaches(author, a_file(9))
    assert told in attaches(author, *files)
    assert "Attached: photo 1\n" in author.says("done")


def test_at_any_other_question_a_file_is_refused_politely(author: Citizen) -> None:
    author.says("no")
    refused = attaches(author, a_file(), words="Look")
    assert "I cannot take files or voice notes here." in refused
    assert "Publish it" in author.labels
    publish(author)
    assert kept(author) == []


def test_files_may_be_left_out_again_and_sent_anew(author: Citizen) -> None:
    attaches(author, a_file(1))
    assert "Attached" not in author.picks("Go on without files")
    author.says("back")
    assert author.labels == ["No, go on"]
    attaches(author, a_file(2))
    assert "Attached: photo 1" in author.picks("Go on")
    publish(author)
    assert [row.external_id for row in kept(author)] == ["file-2"]


def test_a_button_of_an_earlier_photo_of_the_album_still_goes_on(author: Citizen) -> None:
    attaches(author, a_file(1))
    assert author.said is not None
    first = author.said.choices[0].payload
    attaches(author, a_file(2))
    assert "This is how it will be read" in author.presses(first)


def test_the_town_may_take_fewer_by_the_time_of_publishing(author: Citizen) -> None:
    attaches(author, a_file(1))
    attaches(author, a_file(2))
    author.says("done")
    author.town = vilanova(replace(SHADE, proposals=replace(RULES, attachments=1)))
    publish(author)
    assert [row.external_id for row in kept(author)] == ["file-1"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("\u202egpj.exe\n", "gpj.exe"), ("x" * 300 + ".pdf", "x" * 50 + "…" + "xxxxx.pdf"), ("\x00 \u200b", "photo 1")],
)
def test_a_name_is_cleaned_before_it_is_shown(author: Citizen, name: str, shown: str) -> None:
    assert f"I have it: {shown}." in attaches(author, a_file(name=name))


def test_a_card_shows_what_is_kept_and_not_hidden(author: Citizen) -> None:
    attaches(author, a_file(1, name="IMG_20261124.jpg"))
    attaches(author, a_file(2, "application/pdf", "plan.pdf"))
    author.says("done")
    publish(author)
    photo, plan = kept(author)
    reference = photo.item.partition(":")[2]

    def keep(turn: Turn) -> None:
        for each in (photo, plan):
            row = turn.db.one(Attachment, each.id)
            row.state, row.due_at = Stage.KEPT, None

    def hide(turn: Turn) -> None:
        turn.db.one(Attachment, plan.id).hidden_at = turn.now

    author.says(reference)
    assert "See the photos and documents" not in author.labels
    author.act(keep)
    author.says(reference)
    shown = author.picks("See the photos and documents")
    assert f"From the proposal “{TITLE}”:" in shown
    assert author.said is not None
    assert [(file.name, file.content_id) for file in author.said.files] == [
        (f"{reference}-1.jpg", photo.id),
        (f"{reference}-2.pdf", plan.id),
    ]
    author.act(hide)
    author.says(reference)
    author.picks("See the photo")
    assert author.said is not None
    assert [file.content_id for file in author.said.files] == [photo.id]


def _words(_: Turn, text: str) -> str:
    if len(text) < 5:
        raise Wrong("Write more.")
    return text.upper()


def tell(turn: Turn) -> Move:
    """A question that takes words and files."""
    none = (Choice("", "Nothing"),)
    return Ask("What happened?", choices=none, check=_words, label="What", takes_files=1, then="told")


def told(turn: Turn) -> Move:
    names = ", ".join(file.name for file in handed_in(turn.answers, "tell"))
    return Say(f"{turn.answers['tell']} with {names or 'nothing'}", then="again")


def again(turn: Turn) -> Move:
    turn.answers.clear()
    return Goto("tell")


AT_THE_QUESTION = '{"frame":{"flow":"telling","step":"tell"}}'
TELLING = Flow("telling", {"tell": tell, "told": told, "again": again})


@pytest.mark.parametrize(
    ("deeds", "answer"),
    [
        ([("A pothole", 1)], "A POTHOLE with photo 1"),
        ([("", 1), ("A pothole", 0)], "A POTHOLE with photo 1"),
        ([("A", 1), ("A pothole", 0)], "A POTHOLE with photo 1"),
        ([("A pothole", 0)], "A POTHOLE with nothing"),
        ([("", 1), ("Nothing", 0)], " with nothing"),
    ],
)
def test_words_below_a_file_are_the_answer_where_words_are_asked_for(
    citizen: Citizen, deeds: list[tuple[str, int]], answer: str
) -> None:
    def run(turn: Turn) -> str:
        session, said = load_session(AT_THE_QUESTION), None
        for words, count in deeds:
            files = tuple(a_file(number) for number in range(1, count + 1))
            heard = Heard(Deed.ATTACH, words, files) if files else Heard(Deed.TYPE, words)
            said = advance(session, turn, heard, {"telling": TELLING})
            session = load_session(dump_session(session))
        assert said is not None
        return said.text

    assert answer in citizen.act(run).split("\n\n")
