"""What becomes of answers when a survey asks something else: told before it is applied, with file and line."""

from datetime import timedelta
from functools import partial

import pytest

from bot.config.apply import apply
from bot.config.load import Faulty, load
from bot.config.plan import plan
from bot.config.source import Source
from storage.database import Db, Store
from storage.responses import Response
from storage.tenants import Tenant
from tests.bot.config.vilabona import good, with_files
from tests.conftest import NOW

OTHERWISE = b"      - slug: mai\n        name:\n          ca: Mai\n          en: Never"
RENAMED = OTHERWISE.replace(b"slug: mai", b"slug: gens")
MOVED = """moved:
  - revision: {revision}
    questions: {{{questions}}}
    options: {{cada: {{{options}}}}}
"""


def revised(revision: str = "", questions: str = "", options: str = "mai: gens") -> Source:
    """The survey asks something else now; with a revision its file says what becomes of answers."""
    text = good().files["surveys/us.yaml"].replace(OTHERWISE, RENAMED)
    more = MOVED.format(revision=revision, questions=questions, options=options) if revision else ""
    return with_files({"surveys/us.yaml": text + more.encode()})


def applied(store: Store, source: Source) -> None:
    store.run(source.id, lambda db: apply(db, source, load(source), NOW, "staff:me"))


def told(store: Store, source: Source) -> list[str]:
    return [str(each) for each in store.run(source.id, lambda db: plan(db, source, load(source), NOW)).findings]


def _answer(db: Db, answers: dict[str, str]) -> None:
    revision = load(good()).town.surveys[0].hash
    given = Response(
        survey="us",
        revision=revision,
        receipt="r",
        answers=answers,
        channel="console",
        language="ca",
        submitted_at=NOW,
    )
    db.add(given)


def test_what_becomes_of_answers_is_told_before_a_survey_asks_something_else(store: Store) -> None:
    assert told(store, revised()) == [], "nobody was asked before"
    applied(store, good())
    before = load(good()).town.surveys[0].hash
    assert told(store, revised()) == [], "it is not open yet, and nobody has answered"
    for answers in ({"cada": "dia"}, {"cada": "mai", "falta": "Ombra"}):
        store.run("vilabona", partial(_answer, answers=answers))
    assert told(store, revised()) == [
        "surveys/us.yaml:1:1: warning: 2 responses are to what it asked before: they are not added up with new ones "
        f"(say under `moved` how they go on, with `revision: {before[:8]}`)"
    ]
    assert told(store, revised(before[:8])) == [
        "surveys/us.yaml:28:3: warning: 2 responses and all drafts go on in what it asks now; "
        "answers that do not fit: 0 (drafts ask them again; responses go without them)"
    ]
    assert "answers that do not fit: 1" in told(store, revised(before[:8], options=""))[0]
    applied(store, revised(before[:8]))
    assert told(store, revised(before[:8])) == []


def test_a_map_from_what_never_was_is_not_applied(store: Store) -> None:
    applied(store, good())
    before = load(good()).town.surveys[0].hash
    wrong = revised(before[:8], questions="sovint: falta", options="may: gens")
    assert [line.partition(" (")[0] for line in told(store, wrong)] == [
        "surveys/us.yaml:29:25: there was no question `sovint` in that revision",
        "surveys/us.yaml:30:27: `cada` had no option `may` in that revision",
    ]
    with pytest.raises(Faulty):
        applied(store, wrong)
    assert store.run("vilabona", lambda db: db.one(Tenant).revision) == good().hash
    (unknown,) = told(store, revised("ffffffff"))
    assert f"no revision begins with `ffffffff` (there are: {before[:8]})" in unknown


def test_drafts_of_an_open_survey_are_told_of(store: Store) -> None:
    applied(store, good())
    source = revised()
    (line,) = store.run("vilabona", lambda db: plan(db, source, load(source), NOW + timedelta(days=10)).findings)
    assert "it is open: whoever has begun it ends it as it was" in str(line)
