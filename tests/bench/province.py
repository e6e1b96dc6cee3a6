"""A whole province in one process: 311 municipalities, each with its bot, processes and papers in three languages.

Spaces per town as Participa311 counted them: 668 processes and 172 other spaces in 125 towns.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from tests.bench.api import FakeApi
from tests.bench.load import Crowd
from tests.bench.machine import free_port, serving
from tests.bench.ours import ENVIRONMENT, SECRET, write
from tests.bench.rows import Row

MUNICIPALITIES = 311
PROCESSES, ASSEMBLIES = 5, 1
LANGUAGES = ("ca", "es", "en")
_SENTENCE = {
    "ca": "El municipi vol saber què en penseu abans de decidir com es fa i quan. ",
    "es": "El municipio quiere saber qué pensáis antes de decidir cómo se hace y cuándo. ",
    "en": "The town wants to know what you think before it decides how it is done and when. ",
}
_PAPER, _DESCRIPTION = 40, 7
"""Sentences of a document, and of a process."""


async def run() -> list[Row]:
    """Resident memory once every town has answered a citizen."""
    api = FakeApi()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder, port = Path(name), free_port()
        environment = _environment(folder, port)
        await asyncio.to_thread(write_province, folder / "tenants", await api.open())
        seconds = {}
        for command in ("migrate", "apply"):
            begun = time.perf_counter()
            await asyncio.to_thread(_command, command, environment)
            seconds[command] = time.perf_counter() - begun
        begun = time.perf_counter()
        async with serving(["-m", "bot", "serve"], port, folder / "server.log", environment) as server:
            seconds["start"] = time.perf_counter() - begun
            paths = [f"/telegram/{_id(number)}" for number in range(MUNICIPALITIES)]
            crowd = Crowd(api, port, paths, f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n")
            for citizen in range(600_000_000, 600_000_000 + MUNICIPALITIES):
                await crowd.say(citizen, "/start")
            crowd.close()
            resident, most = server.megabytes("VmRSS"), server.megabytes("VmHWM")
    await api.close()
    detail = {"most_mb": [most], **{f"{what}_seconds": [took] for what, took in seconds.items()}}
    title = f"resident memory, {MUNICIPALITIES} towns in one process"
    return [Row(title, resident, "MB", at_most=220, detail=detail)]


def write_province(folder: Path, api: str) -> None:
    """The tenants' folder."""
    for number in range(MUNICIPALITIES):
        town = folder / _id(number)
        write(town / "tenant.yaml", _head(number))
        write(town / "channels.yaml", {"telegram": _account(number, api)})
        shutil.copy(Path(__file__).parent / "tenants" / "town" / "shield.svg", town)
        for paper in ("terms", "privacy", "help"):
            (town / paper).mkdir()
            for language in LANGUAGES:
                (town / paper / f"{language}.md").write_text(_SENTENCE[language] * _PAPER, encoding="utf-8")
        for each in range(PROCESSES):
            write(town / "processes" / f"process-{each}.yaml", _process(number, each))
        for each in range(ASSEMBLIES):
            write(town / "assemblies" / f"organ-{each}.yaml", _assembly(number, each))
        write(town / "surveys" / "survey.yaml", _survey(number))


def _command(command: str, environment: Mapping[str, str]) -> None:
    arguments = [sys.executable, "-m", "bot", command]
    subprocess.run(arguments, check=True, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)


def _environment(folder: Path, port: int) -> dict[str, str]:
    return {
        **ENVIRONMENT,
        **{f"TOKEN_{number}": f"{number + 1}:TOKEN" for number in range(MUNICIPALITIES)},
        "SECRET": SECRET,
        "PARTICIPABOT_DATABASE_URL": f"sqlite:///{folder}/store.sqlite3",
        "PARTICIPABOT_TENANTS": str(folder / "tenants"),
        "PARTICIPABOT_PORT": str(port),
        "PARTICIPABOT_PUBLIC_URL": "https://province.example.org",
    }


def _id(number: int) -> str:
    return f"town-{number:03}"


def _words(number: int, sentences: int) -> dict[str, str]:
    return {language: f"{_id(number)} {language}. {_SENTENCE[language] * sentences}".strip() for language in LANGUAGES}


def _title(number: int, what: str) -> dict[str, str]:
    return {language: f"{what} {_id(number)} ({language})" for language in LANGUAGES}


def _head(number: int) -> dict[str, object]:
    hours = {"weekdays": ["mon", "tue", "wed", "thu", "fri"], "opens": "9:00", "closes": "12:00"}
    return {
        "name": _title(number, "Town"),
        "languages": list(LANGUAGES),
        "prefix": f"T{number:03}",
        "keyword": f"town{number:03}",
        "official_url": "https://participa.example.org",
        "population": 5000,
        "minimum_age": 16,
        "grant": {"reference": f"Decree 2026/{number}", "date": "2026-03-02"},
        "administrator": {"name": "Ada Bench", "profile": "technical", "email": "ada@example.org"},
        "support": {"phone": "+34 600 000 064", "email": "participacio@example.org", **hours},
        "branding": {"shield": "shield.svg"},
        "terms": {"version": "2026-1"},
        "privacy": {"version": "2026-1", "short": _words(number, 2)},
    }


def _account(number: int, api: str) -> dict[str, object]:
    secrets = {"token": f"${{TOKEN_{number}}}", "secret": "${SECRET}"}
    return {**secrets, "username": f"town_{number:03}_bot", "base_url": api}


def _process(number: int, each: int) -> dict[str, object]:
    phases = [
        {
            "slug": slug,
            "title": _title(number, slug),
            "description": _words(number, 2),
            "starts_at": starts_at,
            "ends_at": ends_at,
            "allows": allows,
            **({"surveys": ["survey"]} if "answer" in allows else {}),
        }
        for slug, starts_at, ends_at, allows in (
            ("ideas", "2026-01-01", "2026-06-30", ["propose"]),
            ("talk", "2026-07-01", "2099-12-31", ["answer"] if each == 0 else []),
        )
    ]
    categories = [{"slug": f"c{one}", "name": _title(number, f"Category {one}")} for one in range(5)]
    return {
        "title": _title(number, f"Process {each}"),
        "subtitle": _title(number, "What for"),
        "description": _words(number, _DESCRIPTION),
        "official_url": "https://participa.example.org/process",
        "phases": phases,
        "proposals": {"categories": categories},
    }


def _assembly(number: int, each: int) -> dict[str, object]:
    words = {name: _words(number, 3) for name in ("purpose", "composition", "meets")}
    return {"title": _title(number, f"Organ {each}"), **words, "official_url": "https://participa.example.org/organ"}


def _survey(number: int) -> dict[str, object]:
    options = [{"slug": f"o{one}", "name": _title(number, f"Option {one}")} for one in range(4)]
    questions = [{"slug": f"q{one}", "text": _title(number, f"Question {one}"), "options": options} for one in range(5)]
    return {"title": _title(number, "Survey"), "introduction": _words(number, 2), "questions": questions}
