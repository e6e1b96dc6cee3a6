"""Words or a photo taken out of what was published, and put back: whatever it read before is kept."""

import re
from collections.abc import Mapping
from datetime import datetime

from flows.participation import similar
from flows.participation.moderation import Ground, NotDone, State, Verdict, judge, standing, tell
from flows.participation.writing import one_line
from storage.attachments import Attachment, attachments_of
from storage.database import Db
from storage.moderation import Item, Moderation, Version, versions_of
from storage.proposals import Proposal

TAKEN_OUT = "[…]"
"""Stands where words were."""
WORDS_LEAST = len(TAKEN_OUT)

_FIELDS = ("title", "body", "place", "author_name")
_ATTACHMENT, _IS_HIDDEN = "attachment", "is_hidden"


def redact_words(
    db: Db, name: str, words: str, ground: Ground, reason: Mapping[str, str], *, now: datetime, actor: str
) -> Item:
    """Put `TAKEN_OUT` wherever the words stand, whatever their capitals and the spaces between them.

    They are cleaned as what is published is: copied from elsewhere, an accent may come as a letter of its own.
    """
    item, row = standing(db, name, now)
    words = one_line(words)
    if len(words) < WORDS_LEAST:
        raise NotDone(f"Words to take out have at least {WORDS_LEAST} characters.")
    pattern = re.compile(r"\s+".join(map(re.escape, words.split())), re.IGNORECASE)
    before = {field: text for field in _FIELDS if (text := getattr(item, field, ""))}
    changed = {field: text for field, text in before.items() if pattern.search(text)}
    if not changed:
        raise NotDone(f"Those words are not in {name}.")
    _keep(db, name, changed, "redacted", actor, now)
    for field, text in changed.items():
        setattr(item, field, pattern.sub(TAKEN_OUT, text))
    _index(db, item)
    _decide(db, item, row, ground, reason, now, actor)
    tell(db, item, Verdict.REDACTED, actor, now, ground=ground, fields=sorted(changed))
    return item


def redact_attachment(
    db: Db, name: str, number: int, ground: Ground, reason: Mapping[str, str], *, now: datetime, actor: str
) -> Item:
    """Show one photo or document no longer; 1 is the first."""
    item, row = standing(db, name, now)
    attachment = _attachment(db, name, number)
    if attachment.hidden_at is not None:
        raise NotDone(f"Attachment {number} of {name} is hidden already.")
    _keep(db, name, {_ATTACHMENT: attachment.id, _IS_HIDDEN: False}, "redacted", actor, now)
    attachment.hidden_at = now
    _decide(db, item, row, ground, reason, now, actor)
    tell(db, item, Verdict.REDACTED, actor, now, ground=ground, attachment=number)
    return item


def revert(db: Db, name: str, number: int = 0, *, now: datetime, actor: str) -> Item:
    """As it was before its last change, or before the change of this number; 1 is the first."""
    item, row = standing(db, name, now)
    versions = versions_of(db, name)
    if not versions or not 0 <= number <= len(versions):
        raise NotDone(f"{name} has {len(versions) or 'no'} earlier versions.")
    content = versions[number - 1].content
    if _ATTACHMENT in content:
        attachment = db.one(Attachment, content[_ATTACHMENT])
        is_hidden = attachment.hidden_at is not None
        _keep(db, name, {_ATTACHMENT: attachment.id, _IS_HIDDEN: is_hidden}, "reverted", actor, now)
        attachment.hidden_at = now if content[_IS_HIDDEN] else None
    else:
        fields = {field: text for field, text in content.items() if hasattr(item, field)}
        _keep(db, name, {field: getattr(item, field) for field in fields}, "reverted", actor, now)
        for field, text in fields.items():
            setattr(item, field, text)
        _index(db, item)
    if row.state == State.REDACTED:
        judge(db, row, State.KEPT, None, {}, now=now, actor=actor)
    tell(db, item, Verdict.REVERTED, actor, now, version=number or len(versions))
    return item


def _index(db: Db, item: Item) -> None:
    """A proposal is found by the words that it has now."""
    if isinstance(item, Proposal):
        similar.index(db, item)


def _attachment(db: Db, name: str, number: int) -> Attachment:
    found = attachments_of(db, name)
    if not 1 <= number <= len(found):
        raise NotDone(f"{name} has {len(found)} attachments.")
    return found[number - 1]


def _decide(
    db: Db, item: Item, row: Moderation, ground: Ground, reason: Mapping[str, str], now: datetime, actor: str
) -> None:
    """What is hidden stays so, and waits for a decision as before; else the reports until now are answered by this."""
    if item.hidden_at is None:
        judge(db, row, State.REDACTED, ground, reason, now=now, actor=actor)
    else:
        row.ground, row.reason = ground, dict(reason)


def _keep(db: Db, name: str, content: Mapping[str, object], why: str, actor: str, now: datetime) -> None:
    db.append(Version, item=name, content=dict(content), why=why, by=actor, replaced_at=now)
