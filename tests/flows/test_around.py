"""Looking around: the menu, cards, following, links, languages, help, and the towns of a shared account."""

import re
from dataclasses import replace

from flows.participation.platform import Platform, SharedTown
from flows.participation.process import Outcome
from tests.flows.hall import BODY, CHOICE, IDEAS, SHADE, TITLE, Citizen, vilanova
from tests.towns import a_town, local, said

PLATFORM = Platform(
    "province",
    (
        SharedTown("vilanova", "vilanovacd", said("Vilanova"), "VILANOVA"),
        SharedTown("sant-pau", "santpaucod", said("Sant Pau"), "PAU"),
    ),
)


def arrive(citizen: Citizen) -> str:
    citizen.says("hi")
    return citizen.says("english")


def test_the_menu_tells_what_is_open_until_when_and_what_can_be_done(citizen: Citizen) -> None:
    menu = arrive(citizen)
    line = "• More shade: until Thursday 3 December, 8 days left. You can: make proposals, answer “The park”."
    assert line in menu
    assert citizen.labels[:3] == ["Make a proposal", "Answer a survey", "See the processes"]


def test_a_menu_with_nothing_open_tells_what_comes(citizen: Citizen) -> None:
    citizen.now = local("2026-12-20 10:00")
    menu = arrive(citizen)
    assert "Nothing is open for taking part today." in menu
    assert "“More shade” opens on Monday 11 January 2027." in menu
    assert "Make a proposal" not in citizen.labels


def test_a_long_menu_stays_short(citizen: Citizen) -> None:
    many = [replace(SHADE, slug=f"p{number}", title=said(f"Process {number}")) for number in range(7)]
    citizen.town = vilanova(*many)
    menu = arrive(citizen)
    assert menu.count("•") == 5
    assert "And 2 more processes." in menu


def test_cards_tell_where_a_process_stands(citizen: Citizen) -> None:
    closed = replace(
        SHADE,
        slug="closed",
        title=said("Old library"),
        phases=(replace(IDEAS, ends_at=local("2026-11-10 00:00")),),
        outcome=Outcome(said("It opens late"), local("2026-11-20 00:00"), "https://vilanova.example.org/library"),
    )
    citizen.town = vilanova(SHADE, closed, replace(SHADE, slug="soon", title=said("Soon"), phases=(CHOICE,)))
    arrive(citizen)
    citizen.picks("See the processes")
    assert citizen.labels == ["More shade · open", "Soon · opens soon", "Old library · ended"]
    card = citizen.picks("Old library")
    assert "It ended on Monday 9 November." in card
    assert "What came of it (Friday 20 November): It opens late" in card
    assert "https://vilanova.example.org/library" in card
    citizen.picks("All processes")
    assert "opens on Monday 11 January 2027." in citizen.picks("Soon")
    assert "Soon · opens soon" in (citizen.says("back") and citizen.labels)


def test_labels_fit_every_channel(citizen: Citizen) -> None:
    citizen.town = vilanova(replace(SHADE, title=said("A very long title " * 8)))
    arrive(citizen)
    citizen.picks("See the processes")
    assert all(len(label) <= 64 for label in citizen.labels)
    assert citizen.labels[0].endswith("… · open")


def test_organs_are_shown_and_followed(member: Citizen) -> None:
    member.picks("Councils")
    assert "When it meets: Tuesdays" in member.picks("Council")
    assert "I will tell you the news of “Council”" in member.picks("Follow")
    assert "Stop following" in member.labels
    member.says("menu")
    member.picks("My proposals")
    member.picks("What I follow")
    assert member.labels[0] == "Council"
    member.picks("Council")
    assert "you no longer follow “Council”" in member.picks("Stop following")


def test_following_asks_for_the_yes_that_was_not_given(member: Citizen) -> None:
    member.picks("My proposals")
    member.picks("News")
    member.picks("No, thank you")
    member.follows_link("vilanovacd-shadecode1")
    assert "I need your yes" in member.picks("Follow")
    assert "nothing has changed" in member.picks("No")
    member.picks("Follow")
    assert "I will tell you the news" in member.picks("Yes")
    assert member.act(lambda turn: turn.participant.wants_updates)


def test_following_asks_no_name_and_only_the_towns_age(citizen: Citizen) -> None:
    arrive(citizen)
    citizen.follows_link("vilanovacd-shadecode1")
    assert "Are you 14 or over?" in citizen.picks("Follow")
    citizen.says("yes")
    assert "May I write" in citizen.says("accept")
    assert "I will tell you the news of “More shade”" in citizen.says("yes")


def test_links_lead_to_their_subject_and_unknown_ones_to_the_menu(member: Citizen) -> None:
    assert member.follows_link("vilanovacd-council001").startswith("Council")
    assert member.follows_link("vilanovacd-shadecode1").startswith("More shade")
    unknown = member.follows_link("vilanovacd-other00000")
    assert unknown == member.follows_link("santpaucod-shadecode1")
    assert "I do not know that code." in unknown


def test_a_link_waits_for_the_language(citizen: Citizen) -> None:
    citizen.follows_link("vilanovacd-shadecode1")
    arrived = citizen.says("english")
    assert "I am a program" in arrived
    assert "We plant next year" in arrived


def test_proposals_are_read_by_others(member: Citizen) -> None:
    member.says("propose")
    for answer in (TITLE, BODY, "trees", "1"):
        member.says(answer)
    reference = re.search(r"VIL-PROP-\S+\d", member.picks("Publish it"))
    assert reference is not None
    neighbour = Citizen(member.store, member.town, member.now)
    arrive(neighbour)
    neighbour.follows_link("vilanovacd-shadecode1")
    neighbour.picks("Read 1 proposal")
    card = neighbour.picks("Plane trees")
    assert reference.group() in card
    assert "by Marta" in card
    stranger = neighbour.says("VIL-PROP-2020-01-0000")
    assert "I do not know a proposal with the reference VIL-PROP-2020-01-0000." in stranger


def test_a_reference_that_cannot_be_one_is_unknown(member: Citizen) -> None:
    for reference in ("VIL-\x00", "VIL-" + "X" * 500, "VIL-PROP-2026-11-0042\u202e", "VIL-';drop-table-proposals"):
        told = member.says(reference)
        assert "I do not know a proposal with the reference VIL-" in told
        assert not {"\x00", "\u202e"} & set(told)
        assert "X" * 61 not in told


def test_what_cannot_be_seen_is_not_shown_again(member: Citizen) -> None:
    member.says("propose")
    member.says(f"\u202e{TITLE}\x00")
    assert f"You had answered: {TITLE}" in member.says("back")


def test_the_language_changes_in_the_middle_of_a_proposal(member: Citizen) -> None:
    member.says("propose")
    member.says(TITLE)
    member.says("idioma")
    changed = member.says("català")
    assert "A partir d'ara t'escric en català." in changed
    assert "Ara explica-la" in changed
    member.says(BODY)
    assert member.labels == ["Trees (ca)", "Water (ca)", "Cap d'aquestes"]


def test_help_tells_when_people_are_there(citizen: Citizen) -> None:
    arrive(citizen)
    card = citizen.says("help")
    assert "From Monday to Friday, 09:00 to 12:00, except holidays. The team is there now, until 12:00." in card
    citizen.now = local("2026-11-27 18:00")
    assert "The team is back on Monday 30 November at 09:00." in citizen.says("help")
    citizen.town = replace(
        citizen.town, support=replace(citizen.town.support, holidays=frozenset({local("2026-11-30 00:00").date()}))
    )
    assert "The team is back on Tuesday 1 December at 09:00." in citizen.says("help")


def test_privacy_and_terms_are_read_at_any_question(member: Citizen) -> None:
    member.says("propose")
    member.says("privacy")
    told = member.picks("Read the privacy notice")
    assert "Privacy notice" in told
    assert "What do you propose?" in told


def test_a_shared_account_offers_its_towns(citizen: Citizen) -> None:
    citizen.town = replace(a_town(), id="province", name=said("Participa"))
    citizen.platform = PLATFORM
    assert citizen.says("hello").strip().startswith("Which town")
    assert citizen.labels == ["Sant Pau", "Vilanova"]
    citizen.says("pau")
    assert citizen.moved_to == "sant-pau"
    citizen.follows_link("vilanovacd-shadecode1")
    assert citizen.moved_to == "vilanova"
    assert "I do not know that code." in citizen.follows_link("unknown000")
    assert "Sant Pau" in citizen.labels
    assert "Which town" in citizen.says("menu")
    assert "Which town" in citizen.says("change town")


def test_a_town_on_a_shared_account_can_be_left_for_another(citizen: Citizen) -> None:
    citizen.platform = PLATFORM
    arrive(citizen)
    assert "Change town" in citizen.labels
    assert "You leave the conversation with Vallfosca." in citizen.says("canvia de municipi")
    assert citizen.moved_to == "province"
