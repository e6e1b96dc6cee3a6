"""Plain language: chosen once by the person, read wherever the town has written it."""

from dataclasses import replace

from storage.database import Store
from storage.participants import Participant
from tests.flows.hall import SHADE, Citizen, vilanova
from tests.towns import local, said

EASY = replace(
    SHADE,
    description={**said("We plant a great many trees next year"), "en.easy": "We plant trees."},
    subtitle={**said("Trees and awnings"), "ca.easy": "Arbres"},
)


def citizen(store: Store, languages: tuple[str, ...] = ("ca", "es", "en"), *, has_easy: bool = True) -> Citizen:
    someone = Citizen(store, replace(vilanova(EASY), languages=languages, has_easy=has_easy), local("2026-11-25 10:00"))
    someone.says("hello")
    return someone


def test_it_is_kept_and_read_where_it_is_written(store: Store) -> None:
    someone = citizen(store)
    someone.says("English")
    someone.says("easy")
    someone.picks("Yes, plain language")
    assert store.run(someone.town.id, lambda db: db.one(Participant, someone.id).is_easy)
    card = someone.follows_link(f"{someone.town.code}-{EASY.code}")
    assert "We plant trees." in card
    assert "a great many" not in card
    assert "Trees and awnings" in card, "no plain variant in English: the text itself"


def test_a_town_of_one_language_offers_it_in_the_menu(store: Store) -> None:
    someone = citizen(store, ("en",))
    someone.says("menu")
    assert "Plain language" in someone.labels
    assert "Change language" not in someone.labels


def test_a_town_without_plain_texts_offers_none_anywhere(store: Store) -> None:
    someone = citizen(store, has_easy=False)
    someone.says("English")
    assert "EASY" not in someone.says("help")
    someone.says("language")
    assert "Plain language" not in someone.labels
    assert "no texts in plain language" in someone.says("easy")
