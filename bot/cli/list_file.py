"""A list of addresses for the audience of broadcasts: only keyed hashes are kept, from which nobody reads them."""

from pathlib import Path

from sqlalchemy import ColumnElement
from sqlmodel import col, delete, exists, select

from bot.cli.folder import err, problem
from bot.sheet import Fault
from flows.participation.reach import Kind, Reach, read_address
from flows.participation.refusal import Refused
from storage.broadcasts import Listed
from storage.database import Db
from storage.keys import Keys
from storage.participants import Address

_MOST = 100_000
_REACHES = (Reach("sms", "", Kind.PHONE, "ES"), Reach("email", "", Kind.EMAIL))
_SHOWN = 10


def hashes_in(file: Path, keys: Keys, tenant_id: str) -> set[tuple[str, bytes]]:
    """Channel and hash of each address of a file, one a line; a phone is one on SMS and on WhatsApp.

    Ends the command where a line is none: every such line is named, and none of them is repeated.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as failure:
        problem(f"{file} cannot be read: {getattr(failure, 'strerror', None) or 'it is not UTF-8'}.")
    if len(lines) > _MOST:
        problem(f"{file} has more than {_MOST} lines.")
    found, faults = set(), []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            reach, id = read_address(line, _REACHES)
        except Refused:
            faults.append(Fault(number, "is neither a phone number nor an email", "for example +34 600 000 001"))
            continue
        for channel in ("sms", "whatsapp") if reach.takes is Kind.PHONE else (reach.channel,):
            found.add((channel, keys.address_hash(tenant_id, channel, id)))
    if faults:
        for fault in faults[:_SHOWN]:
            err.print(f"{file}:{fault.line}: {fault.what} ({fault.hint})")
        problem(f"Nothing was imported: {len(faults)} lines are wrong.")
    return found


def replace_list(db: Db, name: str, hashes: set[tuple[str, bytes]]) -> int:
    """The list is these and no others; returns how many of its addresses are somebody's in the town."""
    db.execute(delete(Listed).where(col(Listed.list_name) == name))
    for channel, hash in sorted(hashes):
        db.add(Listed(list_name=name, channel=channel, hash=hash))
    db.flush()
    return db.count(select(Address.id).where(_is_listed(name)))


def _is_listed(name: str) -> ColumnElement[bool]:
    return exists().where(
        col(Listed.tenant_id) == Address.tenant_id,
        col(Listed.list_name) == name,
        col(Listed.channel) == Address.channel,
        col(Listed.hash) == Address.hash,
    )
