"""A folder and the archive made of it are the same files, and nothing outside the folder is ever read."""

import io
import os
import shutil
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.config.load import Faulty, load, load_revision
from bot.config.reading import parsed, read_files
from bot.config.source import Source, pack, read_archive, read_folder
from tests.bot.config.vilabona import FOLDER, changed, good, with_files


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "towns" / "vilabona"))


def messages(folder: Path) -> list[str]:
    return [str(finding) for finding in read_folder(folder).findings]


def packed(source: Source) -> bytes:
    return pack(source, parsed(read_files(source)))


def test_the_archive_loads_as_the_folder_does() -> None:
    source = good()
    archive = packed(source)
    assert read_archive(source.id, archive).files == source.files
    assert read_archive(source.id, archive).hash == source.hash
    assert load_revision(source.id, archive) == load(source)


def test_nobody_reads_yaml_to_serve_an_archive() -> None:
    archive = pack(with_files({"surveys/us.yaml": b"not: [yaml"}), parsed(read_files(good())))
    assert load_revision("vilabona", archive).town.surveys == load(good()).town.surveys


@pytest.mark.parametrize("values", [b'{"format": 0, "files": {"tenant.yaml": {}}}', b"{", b'{"format": 1}'])
def test_what_another_version_has_kept_is_read_again(values: bytes) -> None:
    archive = io.BytesIO(pack(good(), {}))
    with zipfile.ZipFile(archive, "a") as zipped, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # The name stands in it twice now; the last one counts.
        zipped.writestr(".parsed.json", values)
    assert read_archive("vilabona", archive.getvalue()).parsed == {}
    assert load_revision("vilabona", archive.getvalue()).town == load(good()).town


def test_an_archive_that_breaks_a_rule_says_in_which_line() -> None:
    archive = packed(changed("processes/mercat.yaml", "2026-11-30T09:00", "2026-11-29"))
    assert read_archive("vilabona", archive).parsed
    with pytest.raises(Faulty, match=r"mercat\.yaml:34:16: phase `enquesta` overlaps"):
        load_revision("vilabona", archive)


def test_the_same_files_make_the_same_archive(town: Path) -> None:
    (town / "terms/ca.md").touch()
    assert packed(read_folder(town)) == packed(good())


def test_any_change_of_a_file_or_a_name_makes_another_hash(town: Path) -> None:
    before = read_folder(town).hash
    (town / "terms/ca.md").rename(town / "terms/es.md")
    renamed = read_folder(town).hash
    (town / "terms/es.md").write_text("other")
    assert len({before, renamed, read_folder(town).hash}) == 3


def test_hidden_files_are_not_read(town: Path) -> None:
    (town / ".git").mkdir()
    (town / ".git/config").write_text("secret")
    (town / ".env").write_text("TOKEN=secret")
    assert read_folder(town).files == good().files


def test_a_link_that_leaves_the_folder_is_refused(town: Path) -> None:
    outside = town.parent / "outside.md"
    outside.write_text("secret")
    (town / "help/es.md").symlink_to(outside)
    (town / "elsewhere").symlink_to(town.parent)
    source = read_folder(town)
    assert "help/es.md" not in source.files
    assert [str(finding) for finding in source.findings] == [
        "elsewhere:1:1: is a link that leaves the tenant's folder (copy the file here)",
        "help/es.md:1:1: is a link that leaves the tenant's folder (copy the file here)",
    ]


def test_a_link_within_the_folder_is_followed(town: Path) -> None:
    (town / "help/es.md").symlink_to(town / "help/ca.md")
    assert read_folder(town).files["help/es.md"] == good().files["help/ca.md"]


def test_links_in_a_circle_and_links_to_nowhere_are_named(town: Path) -> None:
    (town / "help/es.md").symlink_to("es.md")
    (town / "terms/es.md").symlink_to("gone.md")
    assert messages(town) == [
        "help/es.md:1:1: is a link that leads nowhere",
        "terms/es.md:1:1: is a link that leads nowhere",
    ]


def test_a_pipe_is_not_waited_for(town: Path) -> None:
    os.mkfifo(town / "help/es.md")
    assert messages(town) == ["help/es.md:1:1: is a link to a folder or not a plain file (put plain files here)"]


def test_a_giant_is_refused(town: Path) -> None:
    (town / "help/es.md").write_bytes(b"x" * 10_000_000)
    assert messages(town) == ["help/es.md:1:1: is larger than 1000 kB"]


def test_too_many_files_are_refused(town: Path) -> None:
    for number in range(1010):
        (town / f"surveys/s{number:04}.yaml").write_text("a: 1\n")
    source = read_folder(town)
    assert len(source.files) == 1000
    assert "a tenant has at most 1000" in str(source.findings[0])


def test_an_archive_that_climbs_out_is_refused() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        for name in ("../evil.md", "/etc/evil.md", "help\\..\\evil.md", "tenant.yaml"):
            zipped.writestr(name, "x: 1\n")
        zipped.writestr("help/ca.md", "x" * 5_000_000)
    source = read_archive("vilabona", archive.getvalue())
    assert list(source.files) == ["tenant.yaml"]
    assert len(source.findings) == 4


@pytest.mark.parametrize(
    "damage", [lambda whole: b"", lambda whole: whole[:-30], lambda whole: whole.replace(b"a", b"b")]
)
def test_a_damaged_archive_is_a_finding(damage: Callable[[bytes], bytes]) -> None:
    source = read_archive("vilabona", damage(packed(good())))
    assert "the stored archive is damaged" in str(source.findings[-1])
    with pytest.raises(Faulty):
        load(source)
