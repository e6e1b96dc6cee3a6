"""Files at the terminal: a line that brings one, and a folder for those that come back."""

from pathlib import Path

import aiohttp
import pytest

from bot.cli.screen import Shown
from bot.cli.talk import Far, Near, NotSent, read_line
from channels.console import Console, Document, Reply
from channels.message import Address, Enclosed
from tests.bot.house import OWN, open_house
from tests.pictures import PDF


def test_a_line_may_bring_a_file(tmp_path: Path) -> None:
    path = tmp_path / "plan.pdf"
    path.write_bytes(PDF)
    assert read_line(f"@file:{path} This is the plan") == (
        "This is the plan",
        [Document("plan.pdf", "application/pdf", PDF)],
    )
    assert read_line("see @file:x") == ("see @file:x", [])


@pytest.mark.parametrize("name", ["missing.pdf", "."])
def test_a_file_that_cannot_be_read_is_not_sent(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotSent):
        read_line(f"@file:{tmp_path / name}")


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../plan.pdf", "plan.pdf"),
        ("..\\..\\plan.pdf", "plan.pdf"),
        ("/etc/passwd", "passwd"),
        ("..", "file"),
        (".bashrc", "bashrc"),
        ("", "file"),
    ],
)
def test_a_file_is_saved_in_its_folder_alone(tmp_path: Path, name: str, saved: str) -> None:
    folder = tmp_path / "received"
    for _ in range(2):
        Shown(folder).file(Enclosed(name, "application/pdf", PDF))
    first, second = Path(saved), Path(saved).stem + "-2" + Path(saved).suffix
    assert {path.name for path in folder.iterdir()} == {first.name, second}
    assert {path.name for path in tmp_path.iterdir()} == {"received"}


def test_without_a_folder_nothing_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Shown().file(Enclosed("plan.pdf", "application/pdf", PDF))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_files_go_both_ways_here_and_at_a_running_server(database_url: str) -> None:
    async with open_house(database_url) as house, aiohttp.ClientSession() as session:
        console = house.app.reception.channel(Console.name, OWN)
        assert isinstance(console, Console)
        plan = Document("plan.pdf", "application/pdf", PDF)
        for talk in (Near(house.app, OWN, "near"), Far(session, house.url, console.secret, OWN, "far")):
            await talk.write("Hola")
            assert await talk.replies(5)
            await talk.write("", [plan])
            assert await talk.replies(5)
        enclosed = Enclosed("x.pdf", "application/pdf", b"\x00\xff")
        for name in ("near", "far"):
            await console.send(Address("console", name), Reply("[x.pdf, 1 KB]", (enclosed,)), "x.1.0")
        assert await Near(house.app, OWN, "near").files() == [enclosed]
        far = Far(session, house.url, console.secret, OWN, "far")
        assert (await far.files(), await far.files()) == ([enclosed], [])
        with pytest.raises(NotSent):
            await far.write("", [Document("large.pdf", "application/pdf", b"x" * 800_000)])
