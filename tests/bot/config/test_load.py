"""The complete town, loaded: what the rules see of it."""

import base64
import hashlib
from datetime import UTC, date, datetime, time

import pytest

from bot.config.load import Faulty, load
from flows.participation.process import Action, Place, Standing
from flows.participation.tenant import QuietHours, Support
from tests.bot.config.vilabona import changed, good, with_files

TOWN = load(good()).town


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_town_says_who_it_is() -> None:
    assert TOWN.id == "vilabona"
    assert TOWN.name == {"ca": "Vilabona", "en": "Goodtown"}
    assert (TOWN.languages, TOWN.language, TOWN.zone.key) == (("ca", "en"), "ca", "Europe/Madrid")
    assert (TOWN.prefix, TOWN.keyword, TOWN.minimum_age) == ("BON", "vilabona", 14)
    assert TOWN.support == Support(
        "+34 600 000 001",
        "participacio@vilabona.example.org",
        frozenset({0, 4}),
        time(9),
        time(12),
        frozenset({date(2026, 12, 25)}),
    )


def test_placeholders_are_filled_in_each_language() -> None:
    assert TOWN.terms.text == {"ca": "Normes de Vilabona (ca).", "en": "Normes de Goodtown (en)."}
    assert TOWN.privacy_short["en"].endswith("Write to participacio@vilabona.example.org.")
    assert TOWN.help["en"] == "Ajuda (en): https://vilabona.example.org."
    assert TOWN.processes[0].description["en"].splitlines()[1] == "Say how you want it: Goodtown is yours."


def test_a_brace_written_twice_is_a_brace() -> None:
    loaded = load(changed("help/ca.md", "Ajuda", "{{Ajuda}} {{town}}"))
    assert loaded.town.help["ca"].startswith("{Ajuda} {town} (ca)")


def test_a_text_has_its_version_and_the_hash_of_its_words() -> None:
    words = "ca\0Normes de Vilabona (ca).\0en\0Normes de Goodtown (en).\0"
    assert (TOWN.terms.version, TOWN.terms.hash) == ("3", hashlib.sha256(words.encode()).hexdigest())


def test_a_day_counts_whole_in_the_time_zone_of_the_town() -> None:
    process = TOWN.process("mercat")
    assert process is not None
    assert [(phase.slug, phase.starts_at, phase.ends_at) for phase in process.phases] == [
        ("ideas", moment("2026-11-01T23:00"), moment("2026-11-29T23:00")),
        ("enquesta", moment("2026-11-30T08:00"), moment("2026-12-20T23:00")),
        ("retorn", moment("2026-12-20T23:00"), None),
    ]
    assert process.standing_at(moment("2026-11-29T23:30")) is Standing.BETWEEN_PHASES


def test_a_phase_allows_what_its_file_says() -> None:
    process = TOWN.process("mercat")
    assert process is not None
    ideas, survey, end = process.phases
    assert ideas.allows == {Action.PROPOSE, Action.COMMENT}
    assert survey.allows == {Action.ANSWER}
    assert (survey.surveys, len(end.allows)) == (("us",), 0)
    assert (process.proposals.length, process.proposals.limit, process.proposals.asks_place) == (800, 5, True)
    assert process.proposals.categories[1] == Place("jocs", {"ca": "Jocs", "en": "Games"})


def test_a_process_asks_for_16_years_unless_it_says_otherwise_and_never_less_than_its_town() -> None:
    ages = {process.slug: process.min_age for process in TOWN.processes}
    assert ages == {"mercat": 14, "riu": 16}
    older = load(changed("tenant.yaml", "minimum_age: 14", "minimum_age: 18")).town
    assert {process.min_age for process in older.processes} == {18}


def test_the_first_process_to_begin_waits_for_approval() -> None:
    assert {process.slug: process.is_supervised for process in TOWN.processes} == {"mercat": False, "riu": True}
    free = load(changed("tenant.yaml", "supervised: true", "supervised: false")).town
    assert not any(process.is_supervised for process in free.processes)


def test_codes_are_of_the_names_and_the_same_for_every_revision() -> None:
    def code(name: str) -> str:
        return base64.b32encode(hashlib.sha256(name.encode()).digest()).decode().lower()[:10]

    assert TOWN.code == code("participabot:vilabona")
    assert TOWN.processes[0].code == code("participabot:vilabona/process/mercat")
    assert TOWN.assemblies[0].code == code("participabot:vilabona/assembly/consell")
    assert TOWN.surveys[0].code == code("participabot:vilabona/survey/us")


def test_a_survey_is_known_by_what_it_asks() -> None:
    survey = TOWN.survey("us")
    assert survey is not None
    assert [(question.slug, len(question.options), question.is_mandatory) for question in survey.questions] == [
        ("cada", 2, True),
        ("falta", 0, False),
    ]
    assert survey.questions[1].max_characters == 120
    commented = load(changed("surveys/us.yaml", "title:", "# a comment\ntitle:")).town.survey("us")
    reworded = load(changed("surveys/us.yaml", "Never", "Hardly ever")).town.survey("us")
    assert commented is not None
    assert reworded is not None
    assert commented.hash == survey.hash != reworded.hash


def test_who_stands_behind_the_town_is_told_beside_it() -> None:
    loaded = load(good())
    assert loaded.administrator is not None
    assert loaded.grant is not None
    assert (loaded.administrator.name, loaded.grant.reference) == ("Mireia Soler", "Decret 2026/12")
    assert (loaded.town.quiet, loaded.population) == (QuietHours(time(21), time(9)), 4200)
    assert (loaded.is_platform, loaded.warnings) == (False, ())


def test_a_platform_is_a_town_without_terms_or_spaces() -> None:
    platform = b"""name: {ca: Participa}
languages: [ca]
official_url: https://participa.example.org
support: {phone: +34 600 000 001, email: a@example.org, weekdays: [mon], opens: 9:00, closes: 12:00}
"""
    taken = dict.fromkeys(good().files)
    loaded = load(with_files({**taken, "platform.yaml": platform, "help/ca.md": b"Escriu el nom.\n"}))
    assert (loaded.is_platform, loaded.town.processes, loaded.town.terms.text) == (True, (), {})
    assert loaded.town.help == {"ca": "Escriu el nom."}


def test_what_is_wrong_is_raised_whole() -> None:
    with pytest.raises(Faulty, match=r"vilabona: 1 problems, the first: tenant\.yaml:9:9") as raised:
        load(changed("tenant.yaml", "prefix: BON", "prefix: bon"))
    assert [finding.code for finding in raised.value.findings] == ["prefix"]
