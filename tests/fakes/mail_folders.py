"""A mailbox at a provider: folders of mails under UIDs that are never given twice while the UIDVALIDITY is the same."""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

_validities = itertools.count(1_700_000_000)


@dataclass
class Lying:
    """A mail in a folder."""

    body: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class MailFolder:
    """`changed` is called after every change, by whoever looks at it."""

    mails: dict[int, Lying] = field(default_factory=dict)
    validity: int = field(default_factory=lambda: next(_validities))
    next_uid: int = 1
    watchers: list[Callable[[], None]] = field(default_factory=list)

    def add(self, body: bytes, flags: Iterable[str] = ()) -> int:
        """Put a mail in; its UID."""
        uid = self.next_uid
        self.next_uid += 1
        self.mails[uid] = Lying(body, set(flags))
        self.tell()
        return uid

    def remove(self, uids: Iterable[int]) -> None:
        """Take mails out."""
        for uid in list(uids):
            self.mails.pop(uid, None)
        self.tell()

    def renumber(self) -> None:
        """As after a restore: every UID is another, and the UIDVALIDITY says so."""
        self.validity = next(_validities)
        self.mails = dict(enumerate(self.mails.values(), 1))
        self.next_uid = len(self.mails) + 1
        self.tell()

    def tell(self) -> None:
        for watcher in list(self.watchers):
            watcher()


class Postbox:
    """What belongs to one user."""

    def __init__(self, password: str) -> None:
        self.password = password
        self.folders = {"INBOX": MailFolder()}

    def folder(self, name: str) -> MailFolder | None:
        """A folder by its name; INBOX however it is written."""
        return self.folders.get("INBOX" if name.upper() == "INBOX" else name)

    def bodies(self, name: str = "INBOX") -> list[bytes]:
        """The mails in a folder, oldest first."""
        folder = self.folder(name)
        return [mail.body for _, mail in sorted(folder.mails.items())] if folder else []
