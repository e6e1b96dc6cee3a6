"""A broadcast as its file says: what the town tells many at once, whom, and when."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

from flows.participation.words import Words

PERSONAL = ("name", "title", "ends")
"""Placeholders that stand for something else for each person, or in each language: their public name, the title of
what the broadcast opens, and its last day."""
_PERSONAL = re.compile("\x02([a-z]+)\x03")


def marked(name: str) -> str:
    """How a personal placeholder stands in the words of a broadcast: in signs that no file can hold."""
    return f"\x02{name}\x03"


def personal_in(text: str) -> frozenset[str]:
    """The personal placeholders of a text."""
    return frozenset(_PERSONAL.findall(text))


def personalised(text: str, values: Mapping[str, str]) -> str:
    """The text with each personal placeholder replaced. Raises `KeyError` for one that stands for nothing."""
    return _PERSONAL.sub(lambda found: values[found[1]], text)


class Opens(StrEnum):
    """What a broadcast leads to."""

    SURVEY = "survey"
    PROCESS = "process"
    PROPOSAL = "proposal"
    MEETING = "meeting"


class Late(StrEnum):
    """What becomes of a run whose time passed while nothing was served."""

    RUN = "run"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Audience:
    """Who, of those who asked for the topic: all that is said must hold; nothing said is everybody."""

    follows: str = ""
    """As `Follow.subject`."""
    took_part: str = ""
    """The slug of a process."""
    answered: str = ""
    """The slug of a survey."""
    language: str = ""
    channel: str = ""
    """The channel on which it would reach them."""
    area: str = ""
    """The slug of a part of the town that they asked to hear of."""
    listed: str = ""
    """The name of a list that the town has imported."""
    all_of: tuple["Audience", ...] = ()
    any_of: tuple["Audience", ...] = ()
    none_of: tuple["Audience", ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """When: one of `at` and `cron`, in the town's time, or a phase; nothing is "when a person starts it"."""

    at: str = ""
    """"2026-12-01T10:00"."""
    cron: str = ""
    """Minute, hour, day, month, weekday."""
    phase: str = ""
    """"<process>/<phase>"."""
    on: str = "opens"
    """Or "closes"."""

    @property
    def words(self) -> str:
        """What tells one schedule from another; empty for none."""
        return self.at or self.cron or (f"{self.phase} {self.on}" if self.phase else "")


Variants: TypeAlias = Mapping[str, Words]
"""By channel; "" for every other."""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One file."""

    slug: str
    topic: str
    """The slug of the topic that people asked for."""
    title: Words
    """The subject of a mail."""
    texts: Variants
    audience: Audience = Audience()
    schedule: Schedule = Schedule()
    opens: Opens | None = None
    subject: str = ""
    """The slug or reference of what it opens."""
    file: str = ""
    """The name of a picture or document."""
    media_type: str = ""
    data: bytes = b""
    alt: Words = field(default_factory=dict)
    template: str = ""
    """Its name in `channels.yaml`, where free words are not taken."""
    template_values: tuple[str, ...] = ()
    """What fills it: names of placeholders, static ones filled."""
    late: Late = Late.RUN
    expires_after: timedelta = timedelta(hours=72)
    is_urgent: bool = False
    """Leaves in quiet hours too, and by the next channel where one is down."""
