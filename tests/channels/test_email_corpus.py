"""Each mail of the corpus is heard as it was meant, exactly."""

from pathlib import Path

import pytest

from channels.email_reading import read
from tests.channels.mailbag import SETTINGS, TODAY, Told, made, mails, raw, told


@pytest.mark.parametrize(("path", "expected"), mails(), ids=lambda each: each.stem if isinstance(each, Path) else "")
def test_a_mail_is_heard_as_it_was_meant(path: Path, expected: Told) -> None:
    envelope = expected.pop("envelope", {})
    assert isinstance(envelope, dict)
    heard = told(read(SETTINGS, raw(path), {name: made(value) for name, value in envelope.items()}, TODAY))
    assert {key: heard.get(key) for key in expected} == expected


def test_there_are_enough_of_them() -> None:
    folders = [path.parent.name for path, _ in mails()]
    assert len(folders) >= 150
    assert folders.count("quoted") >= 60
