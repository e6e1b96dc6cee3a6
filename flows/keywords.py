"""Keywords, by hand: the words that interrupt any question, in each language, and what else is known by its looks."""

from enum import StrEnum
from functools import cache

from flows.reply import fold
from flows.text import NAMES, catalogue


class Command(StrEnum):
    """What a keyword does, at any question. `BACK` and `MORE` are the engine's own; the rest enter a flow."""

    STOP = "stop"
    RESTART = "restart"
    MENU = "menu"
    HELP = "help"
    BACK = "back"
    EDIT = "edit"
    CANCEL = "cancel"
    LANGUAGE = "language"
    EASY = "easy"
    MORE = "more"
    PROPOSE = "propose"
    SUPPORT = "support"
    COMMENT = "comment"
    SURVEY = "survey"
    PROCESSES = "processes"
    DEBATES = "debates"
    MINE = "mine"
    MEETINGS = "meetings"
    RESULTS = "results"
    APPEAL = "appeal"
    WITHDRAW = "withdraw"
    PRIVACY = "privacy"
    MY_DATA = "my_data"
    FORGET = "forget"
    CHANGE_TOWN = "change_town"
    PERSON = "person"
    UNITE = "unite"
    CHANNELS = "channels"
    TOPICS = "topics"
    PREFERENCES = "preferences"
    DIGEST = "digest"
    NOT_ME = "not_me"
    STOP_ALL = "stop_all"


WORDS: dict[Command, dict[str, tuple[str, ...]]] = {
    Command.STOP: {"ca": ("baixa", "atura"), "es": ("baja", "parar"), "en": ("stop", "unsubscribe")},
    Command.RESTART: {"ca": ("alta",), "es": ("alta",), "en": ("start", "unstop")},
    Command.MENU: {
        "ca": ("menú", "inici", "hola", "bon dia"),
        "es": ("menú", "inicio", "hola", "buenos días"),
        "en": ("menu", "home", "hello", "hi"),
    },
    Command.HELP: {"ca": ("ajuda",), "es": ("ayuda",), "en": ("help",)},
    Command.BACK: {"ca": ("enrere", "torna"), "es": ("atrás", "volver"), "en": ("back",)},
    Command.EDIT: {
        "ca": ("edita", "canvia", "repassa"),
        "es": ("edita", "editar", "cambiar"),
        "en": ("edit", "review"),
    },
    Command.CANCEL: {"ca": ("cancel·la", "cancela"), "es": ("cancela", "cancelar"), "en": ("cancel",)},
    Command.LANGUAGE: {"ca": ("idioma", "llengua"), "es": ("idioma", "lengua"), "en": ("language",)},
    Command.EASY: {"ca": ("fàcil",), "es": ("fácil",), "en": ("easy",)},
    Command.MORE: {"ca": ("m", "més"), "es": ("m", "más"), "en": ("m", "more")},
    Command.PROPOSE: {
        "ca": ("proposa", "proposar", "fer una proposta"),
        "es": ("propón", "proponer", "hacer una propuesta"),
        "en": ("propose", "make a proposal"),
    },
    Command.SUPPORT: {
        "ca": ("dona suport", "suport", "suports"),
        "es": ("apoyar", "apoya", "apoyo", "apoyos"),
        "en": ("support", "supports"),
    },
    Command.COMMENT: {"ca": ("comenta",), "es": ("comenta", "comentar"), "en": ("comment",)},
    Command.SURVEY: {
        "ca": ("enquesta", "enquestes"),
        "es": ("encuesta", "encuestas"),
        "en": ("survey", "surveys"),
    },
    Command.PROCESSES: {"ca": ("processos",), "es": ("procesos",), "en": ("processes",)},
    Command.DEBATES: {"ca": ("debats",), "es": ("debates",), "en": ("debates",)},
    Command.MINE: {
        "ca": ("meu", "les meves coses", "les meves propostes", "segueix", "deixa de seguir"),
        "es": ("mío", "mis cosas", "mis propuestas", "seguir", "dejar de seguir"),
        "en": ("mine", "my things", "my proposals", "follow", "unfollow"),
    },
    Command.APPEAL: {"ca": ("recorre", "reclama"), "es": ("recurrir", "reclamar"), "en": ("appeal",)},
    Command.WITHDRAW: {"ca": ("retira",), "es": ("retirar",), "en": ("withdraw",)},
    Command.MEETINGS: {"ca": ("trobades",), "es": ("encuentros",), "en": ("meetings",)},
    Command.RESULTS: {
        "ca": ("resultats", "on és"),
        "es": ("resultados", "dónde está"),
        "en": ("results", "where is it"),
    },
    Command.PRIVACY: {"ca": ("privacitat",), "es": ("privacidad",), "en": ("privacy",)},
    Command.MY_DATA: {"ca": ("les meves dades",), "es": ("mis datos",), "en": ("my data",)},
    Command.FORGET: {"ca": ("oblida'm",), "es": ("olvídame",), "en": ("forget me",)},
    Command.CHANGE_TOWN: {"ca": ("canvia de municipi",), "es": ("cambiar de municipio",), "en": ("change town",)},
    Command.PERSON: {
        "ca": ("persona", "parlar amb algú", "parlar amb una persona"),
        "es": ("persona", "hablar con alguien", "hablar con una persona"),
        "en": ("person", "talk to someone", "talk to a person"),
    },
    Command.UNITE: {"ca": ("uneix", "enllaça"), "es": ("une", "enlaza", "enlazar"), "en": ("link",)},
    Command.CHANNELS: {"ca": ("els meus canals",), "es": ("mis canales",), "en": ("my channels",)},
    Command.TOPICS: {"ca": ("temes", "avisos"), "es": ("temas", "avisos"), "en": ("topics", "alerts")},
    Command.PREFERENCES: {
        "ca": ("preferències", "freqüència"),
        "es": ("preferencias", "frecuencia"),
        "en": ("preferences", "how often"),
    },
    Command.DIGEST: {"ca": ("resum",), "es": ("resumen",), "en": ("digest",)},
    Command.NOT_ME: {"ca": ("no sóc jo",), "es": ("no soy yo",), "en": ("not me", "this is not me")},
    Command.STOP_ALL: {"ca": ("baixa de tot",), "es": ("baja de todo",), "en": ("stop all", "stopall")},
}


def word_of(command: Command, language: str) -> str:
    """What to write for it, in capitals."""
    words = WORDS[command]
    return words.get(language, words["en"])[0].upper()


@cache
def _commands() -> dict[str, Command]:
    return {
        fold(word): command for command, languages in WORDS.items() for words in languages.values() for word in words
    }


def topic_left(text: str) -> str:
    """The folded word behind a STOP, as "obres" in "BAIXA OBRES"; empty for other words."""
    stop, _, word = fold(text).partition(" ")
    return word if _commands().get(stop) is Command.STOP else ""


_WAY_BACK = ("menú", "menu")
"""Says to a person of the town that the bot is wanted; a greeting, which also shows the menu, does not."""


def is_way_back(text: str) -> bool:
    """The whole text asks for the menu, and can mean nothing to a person."""
    return fold(text) in {fold(word) for word in _WAY_BACK}


YES = ("sí", "si", "yes", "ok", "d'acord", "vale", "de acuerdo")
"""What accepts a suggestion ("did you mean …?"), in any language."""


def is_yes(text: str) -> bool:
    """The whole text agrees."""
    return fold(text) in {fold(word) for word in YES}


def is_reference(text: str, prefix: str) -> bool:
    """The whole text is a public reference of the town, such as "VIL-PROP-2026-11-0042": one word, no title."""
    return bool(prefix) and " " not in fold(text) and fold(text).startswith(f"{fold(prefix)}-")


def command_in(text: str) -> Command | None:
    """The command that the whole text is, in any language."""
    return _commands().get(fold(text))


_GREETINGS = {
    "ca": ("bon dia", "bona tarda", "bones", "vull", "per què", "gràcies", "participa"),
    "es": ("buenos días", "buenas tardes", "buenas", "quiero", "por qué", "gracias", "participo"),
    "en": ("hello", "good morning", "i want", "please", "thanks", "take part"),
}
_LANGUAGES = {
    "ca": ("català", "catalan", "catalán", "valencià", "valenciano", "valencian"),
    "es": ("castellano", "castellà", "español", "espanyol", "spanish"),
    "en": ("english", "anglès", "inglés"),
}


@cache
def _telling() -> dict[str, str]:
    """The words that one language alone has, of all we know."""
    spoken: dict[str, set[str]] = {}
    for languages in (*WORDS.values(), _GREETINGS, _LANGUAGES):
        for language, words in languages.items():
            for word in words:
                spoken.setdefault(fold(word), set()).add(language)
    return {word: languages.pop() for word, languages in spoken.items() if len(languages) == 1}


def language_of(text: str) -> str:
    """The language that the first words tell: of one who has said no more than "hola", none."""
    telling, words = _telling(), fold(text).split()
    for length in (len(words), 3, 2, 1):
        found = {telling.get(" ".join(words[place : place + length])) for place in range(len(words))} - {None}
        if len(found) == 1:
            return found.pop() or ""
    return ""


def language_named(text: str) -> str:
    """The language whose name the whole text is, in any language; empty for other words."""
    folded = fold(text)
    return next((each for each, names in _LANGUAGES.items() if folded in map(fold, names)), "")


def command_list(language: str) -> list[tuple[str, str]]:
    """The commands of a channel that lists them ("/menu"): a word in ASCII, and what it does."""
    words = catalogue(language)
    described = {
        Command.MENU: words.translate("What is open now, and all you can do", {}),
        Command.PROPOSE: words.translate("Make a proposal", {}),
        Command.SUPPORT: words.translate("Support proposals", {}),
        Command.COMMENT: words.translate("Comment on a proposal or a debate", {}),
        Command.MINE: words.translate("My proposals and what I follow", {}),
        Command.RESULTS: words.translate("Where is it? What the town carries out", {}),
        Command.HELP: words.translate("Help, and how to reach a person", {}),
        Command.BACK: words.translate("The question before", {}),
        Command.EDIT: words.translate("See and change your answers", {}),
        Command.CANCEL: words.translate("Throw away what you have begun", {}),
        Command.LANGUAGE: words.translate("Change language", {}),
        Command.PRIVACY: words.translate("Privacy and terms of use", {}),
        Command.STOP: words.translate("Send me nothing more", {}),
    }
    spoken = language if language in NAMES else "en"
    return [(_ascii(WORDS[command][spoken]), said) for command, said in described.items()]


def _ascii(words: tuple[str, ...]) -> str:
    """The first of the words that a command can be: letters a–z only, "menú" as "menu"."""
    return next(word for word in map(fold, words) if word.isascii() and word.isalpha())
