"""Files outside the database: durable, private, and thrown away with their rows."""

import os
import stat
import time
from pathlib import Path

import pytest

from storage.files import Files


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "media")


def _age(files: Files, seconds: float) -> None:
    for path in files.folder.rglob("*"):
        if path.is_file():
            os.utime(path, (time.time() - seconds,) * 2)


def test_a_file_is_read_as_it_was_kept_by_its_tenant_alone(files: Files) -> None:
    files.keep("vilanova", 7, b"photo")
    files.keep("vilanova", 7, b"photo again")
    assert files.read("vilanova", 7) == b"photo again"
    assert files.read("sant-pau", 7) == files.read("vilanova", 8) == b""


def test_nobody_else_may_read_a_file(files: Files) -> None:
    files.keep("vilanova", 7, b"photo")
    modes = {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in files.folder.rglob("*")}
    assert modes == {0}


def test_what_came_with_a_message_waits_under_its_hash(files: Files) -> None:
    name = files.put_away("vilanova", b"photo")
    assert files.put_away("vilanova", b"photo") == name
    assert files.arrived("vilanova", name) == b"photo"
    assert files.arrived("sant-pau", name) == files.arrived("vilanova", "arrived:../kept") == b""


def test_files_without_a_row_are_thrown_away_unless_they_are_new(files: Files) -> None:
    files.keep("vilanova", 7, b"theirs")
    files.keep("vilanova", 8, b"of somebody who was forgotten")
    assert files.clear("vilanova", [7]) == 0
    _age(files, 2 * 3600)
    assert files.clear("vilanova", [7]) == 1
    assert (files.read("vilanova", 7), files.read("vilanova", 8)) == (b"theirs", b"")


def test_what_was_never_fetched_is_thrown_away_after_a_week(files: Files) -> None:
    name = files.put_away("vilanova", b"photo")
    _age(files, 6 * 24 * 3600)
    assert files.clear("vilanova", []) == 0
    _age(files, 8 * 24 * 3600)
    assert files.clear("vilanova", []) == 1
    assert files.arrived("vilanova", name) == b""
