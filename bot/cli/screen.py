"""The terminal as a place to talk: a line is read without holding up what comes in."""

import asyncio
import sys
import threading
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from channels.message import Enclosed

_WIDTH = 72
_FRAME = 4

screen = Console(highlight=False)


def show_reply(text: str) -> None:
    """What a town said, in a box that no long link is cut by; where none is wide enough, without a box.

    Escapes and control characters of it never reach the terminal.
    """
    words = _harmless(text)
    needed = max(map(cell_len, words.split()), default=0) + _FRAME
    if needed > screen.width:
        screen.print(Text(words), soft_wrap=True)
    else:
        screen.print(Panel(Text(words), width=min(max(_WIDTH, needed), screen.width), padding=(0, 1)))


def show_line(text: str) -> None:
    """What a citizen said."""
    screen.print(Text(f"> {_harmless(text)}", style="bold"), soft_wrap=True)


def show_note(text: str) -> None:
    """What neither of them said."""
    screen.print(Text(text, style="dim"), soft_wrap=True)


class Shown:
    """A conversation on this screen; the files of it go into a folder, if there is one."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def reply(self, text: str) -> None:
        """What the town says."""
        show_reply(text)

    def note(self, text: str) -> None:
        """What neither of them says."""
        show_note(text)

    def file(self, file: Enclosed) -> None:
        """Save it under its name, or under another where that is taken."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        name = Path(_harmless(file.name).replace("\\", "/")).name.lstrip(".") or "file"
        path = self._folder / name
        number = 2
        while path.exists():
            path = self._folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
            number += 1
        path.write_bytes(file.data)
        show_note(f"Saved {path}")


class Keyboard:
    """Lines from standard input, read by a thread of their own, so that nothing that comes in waits for them."""

    def __init__(self) -> None:
        self._lines: asyncio.Queue[str] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, name="keyboard", daemon=True).start()

    async def line(self) -> str | None:
        """The next line; None at the end (Ctrl-D, /quit)."""
        text = await self._lines.get()
        return None if not text or text.strip() in ("/quit", "/exit") else text.rstrip("\n")

    def _read(self) -> None:
        text = "\n"
        while text:
            text = sys.stdin.readline()
            if self._loop.is_closed():
                return
            self._loop.call_soon_threadsafe(self._lines.put_nowait, text)


def _harmless(text: str) -> str:
    return "".join(each if each.isprintable() or each == "\n" else f"\\x{ord(each):02x}" for each in text)
