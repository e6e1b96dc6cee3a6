"""The platform that small towns share: one account on a channel, and a list of towns to choose from."""

from dataclasses import dataclass

from flows.participation.words import Words


@dataclass(frozen=True, slots=True)
class SharedTown:
    """What the platform says of a town that speaks through its account."""

    id: str
    code: str
    name: Words
    keyword: str
    channels: frozenset[str] = frozenset()
    """Where it speaks through the platform's account."""


@dataclass(frozen=True, slots=True)
class Platform:
    """What the platform adds to the `Town` made of its own files: the towns that share its accounts."""

    id: str
    towns: tuple[SharedTown, ...]

    def on(self, channel: str) -> "Platform":
        """What it is on one channel: the towns that speak there through its account."""
        return Platform(self.id, tuple(town for town in self.towns if channel in town.channels))
