"""Rules of answers: to proposals of the town's own, one each."""

import re
from collections.abc import Iterator

from bot.config.finding import Finding
from bot.config.reading import Files

_REFERENCE = re.compile(r"([A-Z][A-Z0-9]{1,9})-")


def findings(files: Files) -> Iterator[Finding]:
    """What is wrong in the answers, file by file."""
    prefix = files.head["prefix"].text if files.head else None
    seen: dict[str, str] = {}
    for read in files.answers:
        for answer in read.spot["answers"].items:
            named = answer["proposal"]
            found = _REFERENCE.match(named.text or "")
            if found and prefix and found[1] != prefix:
                message = f"`{(named.text or '')[:60]}` is not a proposal of this town"
                yield named.error("foreign_reference", message, f"its own begin with {prefix}-")
            elif named.text and named.text in seen:
                hint = "one answer to each: change it where it stands"
                yield named.error("duplicate", f"`{named.text[:60]}` is answered in {seen[named.text]} as well", hint)
            seen.setdefault(named.text or "", read.document.path)
