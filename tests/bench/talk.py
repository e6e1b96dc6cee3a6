"""A bot without HTTP, for measuring one turn."""

from typing import Protocol

from tests.bench.load import Opening


class Talk(Protocol):
    """Say something, and hear what it would send."""

    @property
    def opening(self) -> Opening:
        """What opens a survey."""
        ...

    async def join(self, citizen: int) -> None:
        """Whatever stands before the first survey."""
        ...

    async def say(self, citizen: int, text: str) -> str:
        """One turn; returns when it is committed."""
        ...

    async def close(self) -> None:
        """Write what is left to write."""
        ...
