"""The engine on a small flow of its own: replies, going back, editing, asides, drafts, stale buttons."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.engine import advance
from bot.question import Said
from bot.session import Session, dump_session, load_session
from flows import cancel, help, review
from flows.participation.refusal import Reason, Refused
from flows.participation.tenant import Town
from flows.step import RESUME, Ask, Choice, Flow, Goto, Move, Say, Wrong, flow
from flows.turn import Deed, Heard, Turn
from storage.database import Db, Store
from tests.towns import a_town

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def menu(turn: Turn) -> Move:
    return Ask(
        "What would you like?",
        title="Menu",
        choices=[Choice("order", "Order a meal"), Choice("many", "See many things"), Choice("rule", "Break a rule")],
        then="chosen",
    )


def chosen(turn: Turn) -> Move:
    return Goto({"order": "order.dish", "many": "many.start", "rule": "rule.start"}[turn.answers["start"]])


def dish(turn: Turn) -> Move:
    choices = [Choice("soup", "Soup"), Choice("rice", "Rice", also=("paella",)), Choice("fish", "Fish of the day")]
    return Ask("Which dish?", choices=choices, label="Dish", then="after_dish")


def after_dish(turn: Turn) -> Move:
    return Goto("bones") if turn.answers["dish"] == "fish" else Goto("table")


def bones(turn: Turn) -> Move:
    return Ask("With bones?", choices=[Choice("y", "Yes"), Choice("n", "No")], label="Bones", then="table")


def table(turn: Turn) -> Move:
    def number(_: Turn, text: str) -> str:
        if not text.strip().isdecimal():
            raise Wrong("A table is a number.")
        return text.strip()

    return Ask("Which table?", check=number, label="Table", then="preview")


def preview(turn: Turn) -> Move:
    answers = ", ".join(answered.shown for answered in turn.trail if answered.label)
    return Ask(f"Your order: {answers}.", choices=[Choice("send", "Send it"), Choice("edit", "Change")], then="decided")


def decided(turn: Turn) -> Move:
    if turn.answers["preview"] == "edit":
        return Goto("review.start")
    return Say("Ordered.", then="done")


def done(turn: Turn) -> Move:
    return Goto("menu.start", dropped=True)


def many(turn: Turn) -> Move:
    return Ask("Many:", choices=[Choice(str(n), f"Thing {n}") for n in range(1, 13)], then="seen")


def seen(turn: Turn) -> Move:
    return Say(f"You saw {turn.answers['start']}.", then="leave")


def leave(turn: Turn) -> Move:
    return Goto("menu.start")


def rule(turn: Turn) -> Move:
    raise Refused(Reason.SPACE_UNKNOWN)


FLOWS = {
    each.name: each
    for each in (
        Flow("menu", {"start": menu, "chosen": chosen}, is_place=True),
        Flow(
            "order",
            {
                "dish": dish,
                "after_dish": after_dish,
                "bones": bones,
                "table": table,
                "preview": preview,
                "decided": decided,
                "done": done,
            },
        ),
        Flow("many", {"start": many, "seen": seen, "leave": leave}),
        Flow("rule", {"start": rule}),
        Flow("join", {"welcome": lambda turn: Say(f"Welcome {turn.about}".strip() + ".", then="menu.start")}),
        flow(cancel, "start", "chosen", "leave", aside=True),
        flow(help, "start", "chosen", "resume", aside=True),
        flow(review, "start", "chosen", "resume", aside=True),
        Flow("language", {"start": lambda turn: Say("Languages.", then="on"), "on": lambda turn: Goto(RESUME)}, True),
    )
}


class Guest:
    """One citizen; the session is stored and loaded between every two turns."""

    def __init__(self, store: Store, flows: dict[str, Flow], town: Town) -> None:
        self.store = store
        self.flows = flows
        self.town = town
        self.state = ""
        self.now = NOW
        self.said = Said("")

    def does(self, deed: Deed, text: str = "") -> Said | None:
        self.now += timedelta(seconds=5)
        said = self.store.run("vilanova", lambda db: self._turn(db, Heard(deed, text)))
        self.said = said or self.said
        return said

    def _turn(self, db: Db, heard: Heard) -> Said | None:
        session = load_session(self.state)
        turn = Turn(self.town, db, 1, "en", self.now, "console", "1", 5, {})
        said = advance(session, turn, heard, self.flows)
        self.state = dump_session(session)
        return said

    def types(self, *texts: str) -> Said:
        for text in texts:
            self.does(Deed.TYPE, text)
        return self.said

    def payload(self, label: str) -> str:
        return next(choice.payload for choice in self.said.choices if choice.label == label)

    @property
    def session(self) -> Session:
        return load_session(self.state)

    @property
    def labels(self) -> list[str]:
        return [choice.label for choice in self.said.choices]


@pytest.fixture
def guest(store: Store) -> Guest:
    arrived = Guest(store, dict(FLOWS), a_town())
    arrived.types("hello")
    return arrived


def test_first_words_are_welcomed_and_the_menu_follows_in_one_message(guest: Guest) -> None:
    assert guest.said.text == "Welcome.\n\nMenu\n\nWhat would you like?"
    assert [choice.number for choice in guest.said.choices] == [1, 2, 3]


def test_a_deep_link_is_what_the_first_words_are_about(store: Store) -> None:
    guest = Guest(store, dict(FLOWS), a_town())
    guest.does(Deed.START, "abc")
    assert guest.said.text.startswith("Welcome abc.")


@pytest.mark.parametrize("words", ["2", "２", "٢", "2️⃣", "2.", "(2)", "rice", "RÍCE!", "ri\u200bce", "paella", " Rice "])
def test_a_number_of_any_script_a_label_and_a_synonym_are_the_same_answer(guest: Guest, words: str) -> None:
    guest.types("1", words)
    assert guest.said.text == "Which table?"
    assert guest.session.frame is not None
    assert guest.session.frame.answers["dish"] == "rice"


@pytest.mark.parametrize("words", ["0", "4", "-1", "1 2", "9" * 99, "no ho sé", "", "so", "1.5", "½"])
def test_what_was_not_offered_is_never_counted(guest: Guest, words: str) -> None:
    guest.types("1", words)
    assert guest.said.text.endswith("Which dish?")
    assert guest.session.frame is not None
    assert guest.session.frame.answers == {}


def test_what_is_near_is_asked_back_and_counts_only_after_a_yes(store: Store, guest: Guest) -> None:
    guest.types("1", "paela")
    assert "Did you mean “Rice”?" in guest.said.text
    assert guest.types("sí").text == "Which table?"
    other = Guest(store, dict(FLOWS), a_town())
    other.types("hello", "1", "paela", "no")
    assert other.said.text.endswith("Which dish?")


def test_a_word_of_one_label_alone_is_asked_back(guest: Guest) -> None:
    guest.types("1", "day")
    assert "Did you mean “Fish of the day”?" in guest.said.text
    assert guest.types("yes").text == "With bones?"


def test_how_to_answer_by_number_is_said_until_it_is_known_and_after_a_mistake(guest: Guest) -> None:
    guest.types("hello")
    assert guest.said.hint == "Write the number of your choice."
    guest.types("1")
    assert guest.said.hint == ""
    guest.types("nothing on offer")
    assert guest.said.hint == "Write the number of your choice."
    guest.types("rice")
    assert guest.said.hint == ""


def test_a_wrong_answer_says_what_is_expected_and_the_third_offers_help(guest: Guest) -> None:
    guest.types("1", "1")
    assert guest.types("by the window").text == "A table is a number.\n\nWhich table?"
    guest.types("the big one")
    assert "HELP" not in guest.said.text
    assert "HELP" in guest.types("outside").text


def test_back_goes_question_by_question_and_then_to_where_one_came_from(guest: Guest) -> None:
    guest.types("1", "fish of the day", "no")
    assert guest.said.text == "Which table?"
    assert guest.types("back").text == "You had answered: No\n\nWith bones?"
    assert guest.types("enrere").text == "You had answered: Fish of the day\n\nWhich dish?"
    assert guest.types("atrás").text == "What would you like?"


def test_an_edited_answer_asks_only_what_it_makes_new(guest: Guest) -> None:
    guest.types("1", "soup", "7")
    assert guest.said.text == "Your order: Soup, 7."
    guest.types("edit")
    assert guest.labels == ["Dish: Soup", "Table: 7", "None, go on"]
    assert guest.types("1").text == "Which dish?"
    assert guest.types("rice").text == "Your order: Rice, 7."
    guest.types("change", "dish: rice", "fish of the day")
    assert guest.said.text == "With bones?"
    assert guest.types("yes").text.startswith("Your order: Fish of the day, 7")


def test_help_in_the_middle_of_an_edit_does_not_forget_what_was_answered(guest: Guest) -> None:
    guest.types("1", "soup", "7", "edit", "1", "help")
    assert guest.labels == ["Leave a message", "Go on"]
    assert guest.types("rice").text == "Your order: Rice, 7."


def test_edit_with_nothing_answered_says_so(guest: Guest) -> None:
    guest.types("1", "edit")
    assert guest.said.text == "There is nothing to change yet.\n\nWhich dish?"


def test_cancel_asks_before_it_throws_away(guest: Guest) -> None:
    guest.types("1", "soup", "cancel")
    assert guest.types("no").text == "Which table?"
    assert guest.types("cancel", "yes").text.startswith("Done: nothing was sent and nothing is kept.")
    assert guest.types("1").text == "Which dish?"


def test_cancel_with_nothing_written_leads_home_at_once(guest: Guest) -> None:
    assert guest.types("1", "cancel").title == "Menu"


def test_a_draft_is_gone_on_with_where_it_was_left_weeks_later(guest: Guest) -> None:
    guest.types("1", "soup", "menu")
    guest.now += timedelta(weeks=5)
    guest.types("1")
    assert guest.said.text.startswith("We go on where you left it.")
    assert guest.said.text.endswith("Which table?")
    assert guest.types("7").text == "Your order: Soup, 7."


def test_a_finished_flow_leaves_no_draft(guest: Guest) -> None:
    assert guest.types("1", "soup", "7", "send it").text.startswith("Ordered.")
    assert guest.types("1").text == "Which dish?"


def test_the_same_press_twice_is_answered_once(guest: Guest) -> None:
    press = guest.payload("Order a meal")
    guest.does(Deed.PRESS, press)
    assert guest.said.text == "Which dish?"
    assert guest.does(Deed.PRESS, press) is None


def test_an_old_button_never_answers_the_open_question(guest: Guest) -> None:
    old = guest.payload("See many things")
    guest.types("1")
    guest.does(Deed.PRESS, old)
    assert guest.said.text == "That question is closed. This is where we are:\n\nWhich dish?"
    assert guest.session.frame is not None
    assert guest.session.frame.answers == {}


def test_a_button_of_a_deleted_session_meets_no_question_of_the_next(store: Store) -> None:
    first, second = Guest(store, dict(FLOWS), a_town()), Guest(store, dict(FLOWS), a_town())
    first.types("hello")
    second.now += timedelta(days=1)
    second.types("hello")
    second.does(Deed.PRESS, first.payload("Order a meal"))
    assert second.said.text.startswith("That question is closed.")


@pytest.mark.parametrize("payload", ["", ".", "x.y", "1.0", "zz.99999999", "é.1", "a" * 64, "../..", "1.m", "1.m²"])
def test_a_payload_that_we_never_gave_is_a_closed_question(guest: Guest, payload: str) -> None:
    guest.does(Deed.PRESS, payload)
    assert guest.said.text.startswith("That question is closed.")


def test_help_and_language_hand_back_to_the_open_question_and_its_buttons_still_work(guest: Guest) -> None:
    guest.types("1", "help", "go on")
    assert guest.said.text == "Which dish?"
    guest.types("idioma")
    assert guest.said.text == "Languages.\n\nWhich dish?"
    guest.does(Deed.PRESS, guest.payload("Soup"))
    assert guest.said.text == "Which table?"


def test_what_does_not_answer_an_aside_answers_the_question_behind_it(guest: Guest) -> None:
    guest.types("1", "help")
    assert guest.types("rice").text == "Which table?"
    assert guest.types("help", "gibberish").text == guest.types("gibberish").text


def test_many_choices_are_paged_with_numbers_that_never_change(guest: Guest) -> None:
    guest.types("2")
    assert guest.labels == ["Thing 1", "Thing 2", "Thing 3", "Thing 4", "More (write M)"]
    guest.types("m")
    assert [choice.number for choice in guest.said.choices] == [5, 6, 7, 8, 0]
    guest.does(Deed.PRESS, guest.said.choices[-1].payload)
    assert guest.said.replaces
    assert guest.labels[0] == "Thing 9"
    guest.types("més")
    assert guest.labels[0] == "Thing 1"
    assert guest.types("12").text.startswith("You saw 12.")


def test_a_rule_that_says_no_is_explained_and_leads_home(guest: Guest) -> None:
    guest.types("3")
    assert guest.said.text.startswith("I cannot find that here.")
    assert "Menu" in guest.said.text
    assert guest.labels[0] == "Order a meal"


def test_a_step_that_no_longer_exists_ends_politely(guest: Guest) -> None:
    guest.types("1")
    guest.flows["order"] = Flow("order", {})
    guest.types("soup")
    assert guest.said.text.startswith("That conversation has changed since")
    assert guest.labels[0] == "Order a meal"
    del guest.flows["many"]
    assert guest.types("2").text.startswith("That conversation has changed since")


def test_a_choice_withdrawn_since_it_was_shown_is_not_counted(guest: Guest) -> None:
    guest.types("1")

    def shorter(turn: Turn) -> Move:
        return Ask("Which dish?", choices=[Choice("soup", "Soup")], label="Dish", then="after_dish")

    guest.flows["order"] = Flow("order", {**FLOWS["order"].steps, "dish": shorter})
    guest.types("2")
    assert guest.said.text.startswith("That is no longer offered.")
    assert guest.labels == ["Soup"]


def test_files_are_declined_and_the_question_stays(guest: Guest) -> None:
    guest.types("1")
    guest.does(Deed.ATTACH)
    assert "cannot take files" in guest.said.text
    assert guest.said.text.endswith("Which dish?")


def test_steps_that_only_go_round_fail_the_turn(guest: Guest) -> None:
    guest.flows["many"] = Flow("many", {"start": lambda turn: Goto("start")})
    with pytest.raises(RecursionError):
        guest.types("2")


def test_a_session_stays_small_however_long_one_browses(guest: Guest) -> None:
    sizes = []
    for _ in range(200):
        guest.types("2", "1")
        sizes.append(len(guest.state))
    assert max(sizes[20:]) <= max(sizes[:20])
