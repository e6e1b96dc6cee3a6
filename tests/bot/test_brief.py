"""Where each word costs: several questions at once, optional ones passed over, long words in pages, no menu pushed."""

from datetime import timedelta

import pytest
from sqlmodel import select

from storage.database import Store
from storage.proposals import Proposal
from storage.responses import Response
from tests.flows.phone import OPEN_DAY, Phone, sample

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TITLE = "Benches along the river"
BODY = "There is nowhere to sit between the bridge and the fountain."


@pytest.fixture
def phone(store: Store) -> Phone:
    """Somebody who has said what a first write needs, in English."""
    phone = Phone(store, sample(store, "vilanova-del-riu"), OPEN_DAY, "ca")
    for line in ("hello", "propose", "1", "1", "Marta", "1", "menu"):
        phone.says(line)
    return phone


def answers(phone: Phone) -> list[dict[str, str]]:
    """What was handed in."""
    return phone.act(lambda turn: [each.answers for each in turn.db.all(select(Response))])


def published(phone: Phone) -> list[str]:
    """The texts that everybody reads."""
    return phone.act(lambda turn: [each.body for each in turn.db.all(select(Proposal))])


def test_several_questions_are_asked_and_answered_in_one_message(phone: Phone) -> None:
    asked = phone.says("survey")
    assert "1. How often do you go through the square?\na) Every day\nb) Some days a week" in asked
    assert asked.endswith("such as: 1a 2b")
    assert phone.says("1c 2a").startswith("3. Should cars go")
    looked_at = phone.says("3C 4: a fountain 5: no more")
    assert "1. Now and then\n2. Trees and shade\n3. No\n4. a fountain\n5. no more" in looked_at
    assert phone.says("1").endswith("To go on: MENU")
    assert [list(each.values()) for each in answers(phone)] == [
        ["de-tant-en-tant", "ombra", "no", "a fountain", "no more"]
    ]


def test_what_is_right_is_kept_and_the_rest_is_asked_again(phone: Phone) -> None:
    phone.says("survey")
    again = phone.says("1c 2f")
    assert "I have the answer to 1." in again
    assert '2: there is no answer "f".' in again
    assert "How often" not in again
    assert "No answer yet: 3, 4." in phone.says("1c 2: benches and tables 9a")
    assert "Answered before: 1. To change it, write EDIT." in phone.exchanges[-1].came[0]
    assert "There is no question 9." in phone.exchanges[-1].came[0]
    looked_at = phone.says("3b 4: a fountain")
    assert "1. Now and then\n2. Benches and tables\n3. Only residents" in looked_at
    assert "5. (no answer)" in looked_at


@pytest.mark.parametrize("text", ["b", "1", "2", "often", "a and b"])
def test_an_answer_to_nobody_knows_which_question_is_asked_back(phone: Phone, text: str) -> None:
    phone.says("survey")
    assert phone.says(text).startswith("I cannot tell which question that answers. Write it like this: 1a 2b")
    assert phone.says("1c 2a").startswith("3. Should cars go")


def test_a_letter_that_is_also_a_label_is_not_guessed(phone: Phone) -> None:
    phone.says("survey")
    phone.says("1c 2a")
    assert "3: I cannot tell" in phone.says("3a 3c 4: shade")


def test_answers_given_at_once_are_reviewed_changed_and_taken_back(phone: Phone) -> None:
    for line in ("survey", "1c 2a", "3c 4: a fountain"):
        phone.says(line)
    assert phone.says("edit").splitlines()[0] == "What do you want to change?"
    asked = phone.says("2")
    assert "1. Trees and shade" in asked
    assert "How often" not in asked
    assert "2. Playground" in phone.says("2c")
    assert "You had answered: Skip" in phone.says("back")
    assert "I received no words." in phone.says("5:")
    assert "5. some shade" in phone.says("5: some shade")
    assert phone.says("help").startswith("Vilanova del Riu: +34 600 000 011.")


def test_title_and_text_are_taken_at_once_or_one_after_the_other(phone: Phone) -> None:
    assert phone.says("propose").startswith("1. Your proposal in one sentence")
    assert f"{TITLE}\n{BODY}" in phone.says(f"1: {TITLE} 2: {BODY}")
    phone.says("cancel")
    phone.says("2")
    phone.says("propose")
    assert phone.says(TITLE).startswith("What, for whom and why")
    assert f"{TITLE}\n{BODY}" in phone.says(BODY)


def test_a_line_for_each_answers_all(phone: Phone) -> None:
    phone.says("propose")
    assert f"{TITLE}\n{BODY}\nIn summer, too." in phone.says(f"{TITLE}\n\n{BODY}\n\nIn summer, too.\n")
    phone.says("cancel")
    phone.says("2")
    phone.says("survey")
    assert phone.says("Every day\nTrees or benches").startswith("I cannot tell which question")
    assert phone.says("Now and then\na").startswith("3. Should cars go")
    assert "1. Now and then\n2. Trees and shade\n3. No\n4. shade" in phone.says("no\nshade\n\nnothing")


def test_who_cannot_answer_several_at_once_is_asked_one_by_one(phone: Phone) -> None:
    phone.says("2")
    phone.says("survey")
    assert phone.says("Every day\nTrees or benches").startswith("I cannot tell which question")
    assert "\n\n1. Every day\n2. Some days a week" in phone.says("Now and then\nb\n1")
    assert phone.says("2").startswith("2. What must it have")


def test_a_text_that_comes_in_two_messages_is_not_published_in_half(phone: Phone) -> None:
    phone.says("propose")
    phone.says(TITLE)
    phone.says(BODY)
    rest = "And in summer nobody finds any shade there."
    assert phone.says(rest).startswith("Nothing is sent yet. To add that to your text, write +")
    assert published(phone) == []
    assert f"{BODY} {rest}" in phone.says("+")
    assert "Publish" in phone.says("+ Nor water.")
    phone.now += timedelta(days=9)
    phone.says("menu")
    assert "We go on where you left it" in phone.says("propose")
    phone.says("publish")
    assert published(phone) == [f"{BODY} {rest} Nor water."]


def test_what_is_added_is_checked_with_the_rest(phone: Phone) -> None:
    for line in ("propose", f"1: {TITLE} 2: {BODY}"):
        phone.says(line)
    assert "In this process the text has at most 500 characters." in phone.says("+ " + "again " * 90)
    phone.says("1")
    assert published(phone) == [BODY]


def test_what_is_optional_is_reached_by_edit_and_by_nothing_else(phone: Phone) -> None:
    for line in ("propose", f"1: {TITLE} 2: {BODY}"):
        phone.says(line)
    assert "3. Category: -" in phone.says("edit")
    phone.says("3")
    assert "Category: " in phone.says("1")
    assert phone.says("back").startswith("You had answered")
    assert "Shall I publish it?" in phone.says("2")
    assert all("photo" not in part for each in phone.exchanges for part in each.came)


def test_nothing_is_shown_after_what_is_done_until_it_is_asked_for(phone: Phone) -> None:
    for line in ("propose", f"1: {TITLE} 2: {BODY}", "1"):
        phone.says(line)
    assert "\n1. " not in phone.exchanges[-1].came[0]
    assert phone.says("4").startswith("2 processes are open.")
    phone.says("propose")
    phone.says("cancel")
    assert phone.says("my things").startswith("What do you want to see?")


def test_a_word_of_the_menu_that_was_not_shown_is_understood(phone: Phone) -> None:
    for line in ("propose", f"1: {TITLE} 2: {BODY}", "1"):
        phone.says(line)
    assert "How often" in phone.says("survey")


def test_long_words_go_on_with_more_and_the_choices_stay(phone: Phone) -> None:
    phone.says("privacy")
    first = phone.says("1")
    pages = [first]
    while pages[-1].endswith("M: more"):
        pages.append(phone.says("m"))
        assert len(pages) < 20
    notice = " ".join(phone.town.privacy.text["en"].split())
    said = " ".join(" ".join(page.removesuffix("M: more") for page in pages).split())
    assert [word for word in notice.split() if word not in said] == []
    assert phone.says("m") != ""
    assert "processes" in phone.says("menu")


def test_the_name_of_a_language_changes_it_and_no_answer_is_lost(phone: Phone) -> None:
    phone.says("propose")
    phone.says(TITLE)
    assert "Qué, para quién y por qué" in phone.says("español")
    assert f"{TITLE}\n{BODY}" in phone.says(BODY)
    phone.says("menu")
    phone.says("encuesta")
    phone.says("1c 2a")
    assert "4. English" in phone.says("3c 4: English")


@pytest.mark.parametrize(
    ("first", "language"),
    [("Bon dia", "ca"), ("vull proposar una cosa", "ca"), ("Buenas tardes", "es"), ("ayuda", "es"), ("Hi", "en")],
)
def test_the_first_word_tells_the_language(store: Store, first: str, language: str) -> None:
    phone = Phone(store, sample(store, "vilanova-del-riu"), OPEN_DAY, "ca")
    hello = {"ca": "Hola, soc el programa", "es": "Hola, soy el programa", "en": "Hello, I am the program"}
    assert phone.says(first).startswith(hello[language])
