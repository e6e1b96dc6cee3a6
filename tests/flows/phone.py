"""A phone that knows nothing but SMS: what is said goes through the engine in that channel's manner, and is counted."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from bot.compose import compose, manner_of
from bot.config.apply import apply
from bot.config.load import load
from bot.config.source import read_folder
from bot.manner import Manner
from channels.segments import measure
from channels.sms import Sms
from channels.sms_parts import parts_of
from flows.participation.tenant import Town
from flows.turn import Heard
from storage.database import Store
from tests.flows.hall import Citizen
from tests.towns import local

SAMPLES = Path(__file__).resolve().parents[2] / "examples" / "tenants"
OPEN_DAY = local("2026-11-25 10:30")
SEGMENTS = 4
"""Of one SMS, at most; as an account's settings have it."""


class Exchange(NamedTuple):
    """What was written, and what came back."""

    written: str
    came: tuple[str, ...]

    def segments(self, *not_counted: str) -> int:
        """What came, as it is paid for, without words that are the citizen's own or the law's."""
        words = list(self.came)
        for each in not_counted:
            words = [word.replace(each, "") for word in words]
        return sum(measure(word).segments for word in words)

    def __str__(self) -> str:
        counted = ", ".join(f"{measure(part).segments} {measure(part).encoding}" for part in self.came)
        return "\n".join((f"> {self.written}", *self.came, f"[{counted}]"))


@dataclass
class Phone(Citizen):
    """A citizen on SMS; `exchanges` are all so far."""

    page_size: int = Sms.limits.page_size
    manner: Manner = field(default_factory=lambda: manner_of(Sms.limits))
    exchanges: list[Exchange] = field(default_factory=list)

    def hear(self, heard: Heard) -> str:
        """As the SMS shows it."""
        super().hear(heard)
        came: tuple[str, ...] = ()
        if self.said is not None:
            language = self.act(lambda turn: turn.language)
            came = tuple(part.body for part in parts_of(compose(self.said, language, None), SEGMENTS))
        self.exchanges.append(Exchange(heard.text, came))
        return "\n".join(came)

    def talk(self) -> str:
        """All that was said, to be read where a budget is exceeded."""
        return "\n\n".join(map(str, self.exchanges))


def sample(store: Store, name: str) -> Town:
    """An example town, applied to the store."""
    source = read_folder(SAMPLES / name)
    loaded = load(source)
    store.run(name, lambda db: apply(db, source, loaded, OPEN_DAY, "test"))
    return loaded.town
