"""Citizens who press and write anything at all: there is always an answer, and never more than the rules allow."""

import os
import random
import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from flows.keywords import WORDS
from flows.turn import Deed, Heard
from storage.audit import Consent
from storage.proposals import Proposal
from storage.responses import Response
from tests.flows.hall import BODY, RULES, SHADE, TITLE, Citizen, vilanova
from tests.towns import said

SEEDS = range(400 if os.environ.get("SOAK") else 4)
DEEDS = 120
KEYWORDS = [word for languages in WORDS.values() for words in languages.values() for word in words]
TYPED = [
    *(TITLE, BODY, "Marta", "yes", "no", "1", "2", "99", "٣", "", " ", "hola?", "600 000 001", "a@example.org"),
    *(
        "VIL-PROP-2026-11-0042",
        "VIL-",
        "{name} {0}",
        "%s",
        "<b>",
        "\u202e\u200b",
        "\ud800",
        "x" * 5000,
        "Trees!!",
        "👩\u200d👧",
    ),
]
CODES = [
    "",
    "vilanovacd",
    "vilanovacd-shadecode1",
    "vilanovacd-parkcode01",
    "vilanovacd-council001",
    "other00000-x",
    "\x00",
]


def wander(citizen: Citizen, dice: random.Random) -> None:
    """One deed, whatever it be."""
    offered = list(citizen.said.choices) if citizen.said else []
    match dice.choice("pppppptttkls"):
        case "p" if offered:
            citizen.presses(dice.choice(offered).payload)
        case "t":
            citizen.says(dice.choice(TYPED))
        case "k":
            citizen.says(dice.choice(KEYWORDS))
        case "l":
            citizen.follows_link(dice.choice(CODES))
        case "s":
            citizen.hear(Heard(dice.choice([Deed.ATTACH, Deed.PRESS]), dice.choice(["", "zz.0", "1.m9", "a.b.c"])))
        case _:
            citizen.says("menu")


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_is_done_there_is_an_answer(citizen: Citizen, seed: int) -> None:
    dice = random.Random(seed)
    rules = replace(RULES, limit=0, categories=(), template={})
    towns = [
        vilanova(),
        vilanova(SHADE, replace(SHADE, slug="water", title=said("Water"), proposals=rules, min_age=14)),
    ]
    for _ in range(DEEDS):
        wander(citizen, dice)
        assert citizen.said is None or citizen.said.text.strip()
        shown = citizen.said.text if citizen.said else ""
        assert not re.search(r"\{(?!name\}|0\})\w*\}", shown), shown
        assert all(0 < len(label) <= 70 for label in citizen.labels), citizen.labels
        if dice.random() < 0.05:
            citizen.now += timedelta(days=dice.randint(0, 9))
        if dice.random() < 0.05:
            citizen.town = dice.choice(towns)
    written = citizen.store.run("vilanova", lambda db: [each.author_id for each in db.all(select(Proposal))])
    answered = citizen.store.run("vilanova", lambda db: [each.participant_id for each in db.all(select(Response))])
    accepted = citizen.store.run("vilanova", lambda db: {each.participant_id for each in db.all(select(Consent))})
    assert {author for author in written if author} <= accepted
    assert all(times == 1 for person, times in Counter(answered).items() if person)
