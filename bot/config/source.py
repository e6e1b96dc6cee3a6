"""A tenant's files as bytes, wherever they come from: a folder, or the archive that an apply stored."""

import hashlib
import io
import json
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import msgspec

from bot.config.finding import START, Finding, error

_FILES = 1000
_FILE_BYTES = 1_000_000
_TOTAL_BYTES = 20_000_000
_PARSED = ".parsed.json"
"""Hidden, as no file that is read from a folder is."""
_FORMAT = 1
"""Of what YAML becomes (`bot.config.building`)."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
HEADS = ("tenant.yaml", "platform.yaml")
_SIGNS = (
    *("channels.yaml", "processes", "assemblies", "surveys", "debates", "meetings", "results", "broadcasts", "answers"),
    *("terms", "privacy"),
)


class _Parsed(msgspec.Struct):
    format: int
    files: dict[str, object]


@dataclass(frozen=True, slots=True)
class Source:
    """`id` is the folder's name; `files` maps paths ("processes/mercat.yaml") to bytes.

    `findings` are what kept a file from being taken in.
    """

    id: str
    files: Mapping[str, bytes]
    findings: tuple[Finding, ...] = ()
    where: str = ""
    """The folder as it was named, for people who read findings."""
    parsed: Mapping[str, object] = field(default_factory=dict, compare=False, repr=False)
    """Of an archive: its YAML files as plain values, so that nobody reads YAML to serve them."""

    @property
    def hash(self) -> str:
        """SHA-256 (hex) of the paths and their bytes: the same files have the same hash, however they came."""
        digest = hashlib.sha256()
        for path, content in sorted(self.files.items()):
            digest.update(f"{len(path.encode())}:{path}:{len(content)}:".encode())
            digest.update(content)
        return digest.hexdigest()


def is_tenant(folder: Path) -> bool:
    """Does this folder hold a tenant's files, be they all there or not?"""
    return any((folder / one).exists() for one in (*HEADS, *_SIGNS))


def read_folder(folder: Path) -> Source:
    """A tenant's folder. Hidden files are not read; a link that leaves the folder, a device or a giant is refused."""
    root = folder.resolve()
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    room = _TOTAL_BYTES
    for path in _paths(root):
        name = path.relative_to(root).as_posix()
        found = _too_many(name) if len(files) >= _FILES else _refusal(root, path, name)
        if found is None:
            try:
                with path.open("rb") as file:
                    content = file.read(min(_FILE_BYTES, room) + 1)
            except OSError as failure:
                found = error(name, START, "unreadable", f"cannot be read: {failure.strerror}")
            else:
                found = _too_large(name, len(content), room)
        if found is None:
            files[name] = content
            room -= len(content)
        else:
            findings.append(found)
    return Source(root.name, files, tuple(findings), folder.as_posix())


def read_archive(tenant_id: str, archive: bytes) -> Source:
    """The files of a stored revision, under the same caps as a folder."""
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    parsed: Mapping[str, object] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
            for info in zipped.infolist():
                if info.filename == _PARSED and info.file_size <= _TOTAL_BYTES:
                    parsed = _parsed(zipped.read(info))
                    continue
                found = _refusal_of_member(info, len(files), sum(map(len, files.values())))
                if found is None:
                    files[info.filename] = zipped.read(info)
                else:
                    findings.append(found)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        findings.append(
            error("tenant.yaml", START, "damaged", "the stored archive is damaged", "apply the files again")
        )
    return Source(tenant_id, files, tuple(findings), parsed=parsed)


def pack(source: Source, parsed: Mapping[str, object]) -> bytes:
    """The archive that is stored: the same files make the same bytes. `parsed` are its YAML files as plain values."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in sorted(source.files.items()):
            zipped.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
        values = json.dumps({"format": _FORMAT, "files": parsed}, ensure_ascii=False, separators=(",", ":"))
        zipped.writestr(zipfile.ZipInfo(_PARSED, _EPOCH), values, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def is_inside(name: str) -> bool:
    """Is this a plain relative path that stays in its folder?"""
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name and "\0" not in name


def _parsed(values: bytes) -> Mapping[str, object]:
    """What `pack` wrote; nothing where another version of us wrote it, and then the files are read again."""
    try:
        kept = msgspec.json.decode(values, type=_Parsed)
    except msgspec.DecodeError:
        return {}
    return kept.files if kept.format == _FORMAT else {}


def _refusal_of_member(info: zipfile.ZipInfo, count: int, size: int) -> Finding | None:
    if not is_inside(info.filename):
        return error(info.filename, START, "outside", "is outside the tenant's folder")
    if count >= _FILES:
        return _too_many(info.filename)
    return _too_large(info.filename, info.file_size, _TOTAL_BYTES - size)


def _paths(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        linked = [name for name in folders if (here / name).is_symlink() and not name.startswith(".")]
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in linked)
        yield from (here / name for name in sorted([*names, *linked]) if not name.startswith("."))


def _refusal(root: Path, path: Path, name: str) -> Finding | None:
    try:
        name.encode()
        real = path.resolve(strict=True)
        mode = real.stat().st_mode
    except UnicodeEncodeError:
        return error(name.encode(errors="replace").decode(), START, "name", "has a name that is not UTF-8")
    except (OSError, RuntimeError):
        return error(name, START, "unreadable", "is a link that leads nowhere")
    if not real.is_relative_to(root):
        return error(name, START, "outside", "is a link that leaves the tenant's folder", "copy the file here")
    if not stat.S_ISREG(mode):
        return error(name, START, "unreadable", "is a link to a folder or not a plain file", "put plain files here")
    return None


def _too_many(name: str) -> Finding:
    return error(name, START, "too_many", f"is one file too many: a tenant has at most {_FILES}")


def _too_large(name: str, size: int, room: int) -> Finding | None:
    if size > _FILE_BYTES:
        return error(name, START, "too_large", f"is larger than {_FILE_BYTES // 1000} kB")
    if size > room:
        return error(name, START, "too_large", f"makes the tenant larger than {_TOTAL_BYTES // 1_000_000} MB")
    return None
