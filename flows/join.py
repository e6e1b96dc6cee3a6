"""The first words with a person, and what has to be said before their first write.

`welcome` is for everyone and asks nothing but a language. `start` is the gate: it asks what is missing, one thing at a
time, then goes on to what was wanted. It is entered about "<flow.step>|<about>".
"""

from flows import card, permission
from flows.explain import checked
from flows.participation import consent, people
from flows.participation.comments import check_may_comment
from flows.participation.follows import shown_proposal
from flows.participation.spaces import process_of_survey, visible_process
from flows.step import Ask, Choice, Goto, Move, Say
from flows.text import catalogue
from flows.turn import Turn

_GATE = "gate"
_PUBLISHING = ("propose.", "comment.")
"""What others read next to a name."""


def welcome(turn: Turn) -> Move:
    """A language, where there is more than one; what the channel told us only comes first."""
    languages = turn.town.languages
    if turn.participant.language:
        return Goto(_same_way(turn, "arrived"))
    if len(languages) == 1:
        return Goto(_same_way(turn, "welcomed"))
    ordered = sorted(languages, key=lambda language: language != turn.language)
    return Ask(
        "\n".join(catalogue(language).translate("Choose your language.", {}) for language in ordered),
        title="" if turn.platform is not None else turn.words(turn.town.name),
        choices=tuple(card.language_choice(language) for language in ordered),
        is_optional=True,
        then=_same_way(turn, "welcomed"),
    )


def welcomed(turn: Turn) -> Move:
    """Keep the language; where it was not asked, the one in which the first words were written."""
    people.choose_language(turn, turn.answers.get(_same_way(turn, "welcome"), turn.language))
    return Goto(_same_way(turn, "greet"))


def greet(turn: Turn) -> Move:
    """Who we are, and the short privacy notice."""
    return Say(card.introduction(turn), brief=card.greeting(turn), then=_same_way(turn, "arrived"), opens=True)


def arrived(turn: Turn) -> Move:
    """On to what a deep link named, or back to the gate; else to the menu."""
    if turn.argument:
        return Goto("start")
    return Goto("link.start", about=turn.about) if turn.about else Goto("menu.start")


def start(turn: Turn) -> Move:
    """What is still missing, or on to what was wanted. Who passed over the first words hears them here."""
    if not turn.participant.language:
        return Goto(f"welcome:{_GATE}")
    wanted, _, about = turn.about.partition("|")
    found = consent.missing(
        turn, _min_age(turn), needs_name=wanted.startswith(_PUBLISHING), is_guest=_is_guest(turn, wanted, about)
    )
    return Goto(wanted, about=about) if found is None else Goto(found.value)


def age(turn: Turn) -> Move:
    """An attested yes; no date of birth."""
    years = consent.required_age(turn, _min_age(turn))
    yes = turn.t("Yes, I am {age} or over", age=years)
    return Ask(
        _age_question(turn, years),
        brief=turn.t("Are you {age} or over? I keep only your answer.", age=years),
        choices=(
            Choice(f"yes {years}", yes, ("sí", "si", "yes", str(years)), brief=turn.t("Yes, I am")),
            Choice(f"no {years}", turn.t("No, not yet"), ("no",), brief="No"),
        ),
        then="aged",
    )


def aged(turn: Turn) -> Move:
    """A yes is kept with its proof; a no leaves nothing behind."""
    said, _, years = turn.answers.get("age", "").partition(" ")
    if said == "yes":
        consent.attest_age(turn, int(years), turn.asked)
        return Goto("start")
    if said == "no" and consent.refuse(turn, int(years)):
        return Say(_farewell(turn, int(years)), brief=_brief_farewell(turn, int(years)), then="leave")
    return Say(turn.t("Thank you. This one is for older people, but you can go on with everything else."), then="leave")


def terms(turn: Turn) -> Move:
    """The town's terms of use, to be read right here."""
    town = turn.words(turn.town.name)
    version = turn.town.terms.version
    is_new = turn.participant.accepted_terms not in ("", version)
    question = (
        turn.t(
            "The terms of use of {town} have changed (version {version}). Do you accept them?",
            town=town,
            version=version,
        )
        if is_new
        else turn.t(
            "To take part you accept the terms of use of {town} (version {version}).", town=town, version=version
        )
    )
    brief = (
        turn.t("The terms have changed (version {version}). Do you accept them?", version=version)
        if is_new
        else turn.t("Do you accept the terms for taking part (version {version})?", version=version)
    )
    privacy = ("privacitat", "privacidad", "privacy")
    return Ask(
        question,
        brief=brief,
        choices=(
            Choice(f"accept {version}", turn.t("I accept"), ("accept", "accepto", "acepto", "sí", "si", "yes")),
            Choice("read", turn.t("Read the terms here"), ("llegir", "leer", "read"), brief=turn.t("Read them")),
            Choice("privacy", turn.t("Read the privacy notice here"), privacy, brief=turn.t("Privacy")),
            Choice("no", turn.t("I do not accept"), ("no",)),
        ),
        then="termed",
    )


def termed(turn: Turn) -> Move:
    """Only the version that was shown is accepted; if it has changed meanwhile, it is asked again."""
    answer = turn.answers.get("terms", "")
    if answer == f"accept {turn.town.terms.version}":
        consent.accept_terms(turn)
        return Goto("start")
    if answer == "read":
        return Say(turn.words(turn.town.terms.text), then="terms")
    if answer == "privacy":
        return Say(turn.words(turn.town.privacy.text), then="terms")
    if answer == "no":
        return Say(turn.t("That is fine: you can still read everything. Nothing was sent."), then="leave")
    return Goto("terms")


def name(turn: Turn) -> Move:
    """The public name; a pseudonym is welcome."""
    return Ask(
        turn.t(
            "What name shall others see next to what you publish? It can be one you make up."
            " Never write a phone number or an email."
        ),
        brief=turn.t("What name do you publish under? It can be one you make up, no phone and no email."),
        check=checked(lambda text: people.check_name(text, turn.town.name)),
        then="named",
    )


def named(turn: Turn) -> Move:
    """Keep the name."""
    people.choose_name(turn, turn.answers["name"])
    return Goto("start")


def updates(turn: Turn) -> Move:
    """News, asked apart from all else."""
    question = turn.t(
        "May I write to you here when there is an answer or news about what you follow?"
        " You can change this at any time."
    )
    brief = turn.t("May I write to you with answers and news of what you follow? You can change it at any time.")
    return permission.ask(turn, question, brief, then="updated")


def updated(turn: Turn) -> Move:
    """Keep the yes or the no."""
    consent.choose_updates(turn, turn.answers["updates"] == "yes", turn.asked)
    return Goto("start")


def leave(turn: Turn) -> Move:
    """Nothing was wanted in the end."""
    return Goto("menu.start")


def _same_way(turn: Turn, step: str) -> str:
    """The step, for those who were led to the first words from the gate as for those who begin with them."""
    return f"{step}:{turn.argument}" if turn.argument else step


def _age_question(turn: Turn, years: int) -> str:
    if _is_of_process(turn, years):
        return turn.t(
            "Are you {age} or over? This process is for people of that age."
            " I keep only your yes and the day, not your date of birth.",
            age=years,
        )
    return turn.t(
        "Are you {age} or over? Taking part here is for people of that age."
        " I keep only your yes and the day, not your date of birth.",
        age=years,
    )


def _farewell(turn: Turn, years: int) -> str:
    stopped = (
        turn.t("Thank you for telling me. To take part in this process you have to be {age} or over.", age=years)
        if _is_of_process(turn, years)
        else turn.t("Thank you for telling me. To take part here you have to be {age} or over.", age=years)
    )
    kept = turn.t("I have kept nothing about you. You can write to me again and read whatever you like.")
    town, phone = turn.words(turn.town.name), turn.town.support.phone
    return " ".join((stopped, kept, turn.t("The people of {town} can help you: {phone}.", town=town, phone=phone)))


def _brief_farewell(turn: Turn, years: int) -> str:
    return turn.t(
        "Thank you. To take part you have to be {age}. I keep nothing of yours. Questions: {phone}.",
        age=years,
        phone=turn.town.support.phone,
    )


def _is_of_process(turn: Turn, years: int) -> bool:
    """The age is one process's own: the town asks less."""
    return years > consent.required_age(turn)


def _is_guest(turn: Turn, wanted: str, about: str) -> bool:
    """What is wanted is open to who has not accepted the town's terms."""
    survey = turn.town.survey(about) if wanted.startswith("respond.") else None
    return survey is not None and survey.is_open_to_guests


def _min_age(turn: Turn) -> int:
    """The age for what is wanted; a process's own, where it is about one."""
    wanted, _, about = turn.about.partition("|")
    if wanted.startswith("propose."):
        return visible_process(turn.db, turn.town, about).min_age
    if wanted == "support.start":
        return visible_process(turn.db, turn.town, shown_proposal(turn, about).process).min_age
    if wanted.startswith("comment."):
        return check_may_comment(turn, about)[0].min_age
    if wanted.startswith("respond."):
        return process_of_survey(turn.db, turn.town, about, turn.now).min_age
    return 0
