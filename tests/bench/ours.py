"""Ours on the stage: towns with an account each, served by `python -m bot serve`."""

import base64
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path

import msgspec

from bot.config.codes import subject_code, town_code
from bot.session import load_session
from storage.keys import Keys
from tests.bench.contestants import SURVEYS, Stage
from tests.bench.load import Crowd, WrongReplyError
from tests.bench.survey import OPTIONS, QUESTIONS

TOWNS = ("bench-one", "bench-two", "bench-three", "bench-four")
"""Telegram takes a thousand messages a second from one bot at most, and so do our lanes."""

GATE = "gate"
"""A survey that is only opened, so that the gate before it is passed."""


def _variable(town: str) -> str:
    return town.upper().replace("-", "_")


KEY, SECRET = bytes(32), "bench-secret"
ENVIRONMENT = {
    "PARTICIPABOT_KEY": base64.b64encode(KEY).decode(),
    "PARTICIPABOT_LOG": "json",
    **{f"{_variable(town)}_TOKEN": f"{number}:TOKEN" for number, town in enumerate(TOWNS, 1)},
    **{f"{_variable(town)}_SECRET": SECRET for town in TOWNS},
}


def write_towns(folder: Path, api: str) -> Path:
    """The tenants' folder: the files under `tenants/`, with an account, a process and its surveys added."""
    for town in TOWNS:
        shutil.copytree(Path(__file__).parent / "tenants" / "town", folder / town)
        write(folder / town / "channels.yaml", {"telegram": _account(town, api)})
        for slug in (*SURVEYS, GATE):
            write(folder / town / "processes" / f"{slug}.yaml", _process(slug))
            write(folder / town / "surveys" / f"{slug}.yaml", _survey(slug))
    return folder


def town_of(citizen: int) -> str:
    """Citizens are dealt to towns in turn."""
    return TOWNS[citizen % len(TOWNS)]


def opening(citizen: int, survey: str) -> str:
    """The deep link that opens a survey in the citizen's town."""
    town = town_of(citizen)
    return f"/start {town_code(town)}-{subject_code(town, 'survey', survey)}"


async def pass_gate(say: Callable[[int, str], Awaitable[str]], citizen: int) -> None:
    """Greet, open a survey, and answer "1" to whatever is asked until its first question."""
    await say(citizen, "/start")
    said = await say(citizen, opening(citizen, GATE))
    for _ in range(9):
        if QUESTIONS[0] in said:
            return
        said = await say(citizen, "1")
    raise WrongReplyError(f"the gate does not open: {said!r}")


def _account(town: str, api: str) -> dict[str, object]:
    name = _variable(town)
    secrets = {"token": f"${{{name}_TOKEN}}", "secret": f"${{{name}_SECRET}}"}
    return {**secrets, "username": f"{name.lower()}_bot", "base_url": api, "rate": 1000}


def _process(slug: str) -> dict[str, object]:
    dates = {"starts_at": "2020-01-01", "ends_at": "2099-12-31"}
    phase = {"slug": "ask", "title": {"en": "Questions"}, **dates, "allows": ["answer"], "surveys": [slug]}
    words = {"title": {"en": f"Habits {slug}"}, "description": {"en": "How the town moves, reads and meets."}}
    return {**words, "official_url": "https://benchford.example.org/habits", "phases": [phase]}


def _survey(slug: str) -> dict[str, object]:
    options = [{"slug": f"o{number}", "name": {"en": label}} for number, label in enumerate(OPTIONS, 1)]
    questions = [
        {"slug": f"q{number}", "text": {"en": text}, "options": options} for number, text in enumerate(QUESTIONS, 1)
    ]
    return {"title": {"en": f"Habits {slug}"}, "introduction": {"en": "Five questions."}, "questions": questions}


def write(path: Path, content: object) -> None:
    """A file of a tenant, in the part of YAML that is JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(content)))


def ours(folder: Path, port: int, api: str) -> Stage:
    """`python -m bot serve`, on SQLite."""
    store = folder / "ours.sqlite3"
    environment = {
        **ENVIRONMENT,
        "PARTICIPABOT_DATABASE_URL": f"sqlite:///{store}",
        "PARTICIPABOT_TENANTS": str(write_towns(folder / "tenants", api)),
        "PARTICIPABOT_PORT": str(port),
        "PARTICIPABOT_PUBLIC_URL": "https://benchford.example.org",
    }
    for command in ("migrate", "apply"):
        subprocess.run(
            [sys.executable, "-m", "bot", command],
            check=True,
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
        )
    headers = f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
    paths = [f"/telegram/{town}" for town in TOWNS]
    return Stage(["-m", "bot", "serve"], environment, paths, headers, SURVEYS, opening, _join, store)


async def _join(crowd: Crowd, citizen: int) -> None:
    await pass_gate(crowd.say, citizen)


def kept_answers(store: Path, citizens: Iterable[int]) -> dict[tuple[int, str], list[int]]:
    """By citizen and survey, the numbers answered that stand in a store at rest, in the order of the questions."""
    keys = Keys(KEY)
    known = {keys.address_hash(town_of(citizen), "telegram", str(citizen)): citizen for citizen in citizens}
    kept: dict[tuple[int, str], list[int]] = {}
    with closing(sqlite3.connect(store)) as db:
        for hash, state in db.execute(
            "select a.hash, s.state from addresses a join sessions s using (tenant_id, participant_id)"
        ):
            session = load_session(state)
            for frame in (session.frame, *session.drafts.values()):
                if frame is not None and frame.flow == "respond":
                    kept[known[hash], frame.about] = _numbers(frame.answers, "question:")
        for hash, survey, answers in db.execute(
            "select a.hash, r.survey, r.answers from addresses a join responses r using (tenant_id, participant_id)"
        ):
            kept[known[hash], survey] = _numbers(msgspec.json.decode(answers, type=dict[str, str]), "")
    return kept


def _numbers(answers: Mapping[str, str], prefix: str) -> list[int]:
    asked = [f"{prefix}q{number}" for number in range(1, len(QUESTIONS) + 1)]
    return [int(answers[question].removeprefix("o")) for question in asked if question in answers]
