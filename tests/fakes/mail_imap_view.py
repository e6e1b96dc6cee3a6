"""A folder as one client sees it: sequence numbers are its own, brought up to date where the protocol allows."""

from collections.abc import Callable, Iterator, Mapping

from tests.fakes.mail_folders import Lying, MailFolder
from tests.fakes.mail_imap_words import Word, Wrong, numbers_in

_CRITERIA: Mapping[str, Callable[[Lying], bool]] = {
    "ALL": lambda _: True,
    "UNDELETED": lambda mail: "\\Deleted" not in mail.flags,
    "UNSEEN": lambda mail: "\\Seen" not in mail.flags,
}


class View:
    """`uids` in the order of their sequence numbers; some of them may be gone by now."""

    def __init__(self, folder: MailFolder) -> None:
        self.folder = folder
        self.uids = sorted(folder.mails)

    @property
    def mails(self) -> dict[int, Lying]:
        """What lies in the folder."""
        return self.folder.mails

    def changes(self) -> Iterator[str]:
        """What the client has not been told yet."""
        for place in range(len(self.uids), 0, -1):
            if self.uids[place - 1] not in self.mails:
                del self.uids[place - 1]
                yield f"* {place} EXPUNGE"
        if new := sorted(self.mails.keys() - set(self.uids)):
            self.uids += new
            yield f"* {len(self.uids)} EXISTS"

    def found(self, criteria: list[Word]) -> list[int]:
        """The UIDs of a search."""
        tests = [_CRITERIA.get(str(each).upper()) for each in criteria]
        if None in tests or not tests:
            raise Wrong("criteria")
        return [uid for uid in self._there() if all(test and test(self.mails[uid]) for test in tests)]

    def chosen(self, words: Word) -> list[int]:
        """The UIDs of a sequence set that are there."""
        ranges = list(numbers_in(str(words), max(self.uids, default=0)))
        return [uid for uid in self._there() if any(uid in each for each in ranges)]

    def deleted(self) -> set[int]:
        """The UIDs of what is marked so."""
        return {uid for uid in self._there() if "\\Deleted" in self.mails[uid].flags}

    def fetched(self, uid: int, wanted: list[str]) -> bytes:
        """The untagged answer about one mail."""
        mail, parts = self.mails[uid], [f"UID {uid}".encode()]
        for item in wanted:
            match item:
                case "UID":
                    continue
                case "RFC822.SIZE":
                    parts.append(f"RFC822.SIZE {len(mail.body)}".encode())
                case "FLAGS":
                    parts.append(f"FLAGS ({' '.join(sorted(mail.flags))})".encode())
                case "BODY.PEEK[]" | "BODY[]" | "BODY.PEEK[HEADER]" | "BODY[HEADER]":
                    whole = mail.body if item.endswith("[]") else mail.body.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
                    if "PEEK" not in item:
                        mail.flags.add("\\Seen")
                    parts.append(f"{item.replace('.PEEK', '')} {{{len(whole)}}}\r\n".encode() + whole)
                case _:
                    raise Wrong(item)
        return b"* %d FETCH (%s)\r\n" % (self.uids.index(uid) + 1, b" ".join(parts))

    def _there(self) -> Iterator[int]:
        return (uid for uid in self.uids if uid in self.mails)
