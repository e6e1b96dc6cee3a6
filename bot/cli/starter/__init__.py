"""The files of a new town, as `participabot init` writes them: texts in three languages, marked as models."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from string import Template

_SHORT: Mapping[str, str] = {
    "ca": "L'Ajuntament de {town} guarda el teu nom públic i el que proposes o respons per fer la participació "
    "(tasca d'interès públic). Pots veure, corregir o esborrar les teves dades: escriu a {email}.",
    "es": "El Ayuntamiento de {town} guarda tu nombre público y lo que propones o respondes para hacer la "
    "participación (tarea de interés público). Puedes ver, corregir o borrar tus datos: escribe a {email}.",
    "en": "The town hall of {town} keeps your public name and what you propose or answer, to run participation "
    "(a public task). You can see, correct or erase your data: write to {email}.",
}
_TEXTS = ("terms", "privacy", "help")


@dataclass(frozen=True, slots=True)
class Answers:
    """What `init` asks. An empty `username` is a town that speaks through the platform's account."""

    id: str
    name: str
    languages: Sequence[str]
    time_zone: str
    prefix: str
    keyword: str
    official_url: str
    population: int
    phone: str
    email: str
    administrator: str
    administrator_email: str
    profile: str
    grant: str
    grant_date: date
    username: str


def starter_files(answers: Answers, schemas: str) -> dict[str, str]:
    """Path → text of each file; `schemas` is the way from the folder to the schemas of editors."""
    values = {
        "schemas": schemas,
        "name": _lines(2, dict.fromkeys(answers.languages, answers.name)),
        "languages": ", ".join(answers.languages),
        "short": _lines(4, {language: _SHORT[language] for language in answers.languages}),
        "population": str(answers.population),
        "grant_date": answers.grant_date.isoformat(),
        "variable": re.sub(r"\W", "_", answers.id).upper(),
    }
    plain = ("time_zone", "prefix", "keyword", "official_url", "phone", "email", "administrator", "administrator_email")
    values.update({key: _quoted(getattr(answers, key)) for key in (*plain, "profile", "grant", "username")})
    channels = "channels-own.yaml" if answers.username else "channels-platform.yaml"
    written = {
        "tenant.yaml": Template(_starter("tenant.yaml")).substitute(values),
        "channels.yaml": Template(_starter(channels)).substitute(values),
        "shield.svg": _starter("shield.svg"),
    }
    texts = [f"{kind}/{language}.md" for kind in _TEXTS for language in answers.languages]
    return written | {path: _starter(path) for path in texts}


def slug_of(name: str) -> str:
    """A town's id from its name: "Sant Pere d'Avall" → "sant-pere-d-avall"."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("·", "")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-").lstrip("0123456789-")[:39].strip("-")


def _starter(path: str) -> str:
    return files(__package__).joinpath(*path.split("/")).read_text(encoding="utf-8")


def _lines(indent: int, texts: Mapping[str, str]) -> str:
    return "\n".join(f"{' ' * indent}{language}: {_quoted(text)}" for language, text in texts.items())


def _quoted(value: str) -> str:
    """YAML that says exactly this: bare where it is a plain word, else in quotes."""
    is_plain = re.fullmatch(r"[A-Za-z][\w./:@-]*[\w/]", value) and value.casefold() not in {"null", "true", "false"}
    return value if is_plain else json.dumps(value, ensure_ascii=False)
