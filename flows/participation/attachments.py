"""Photos and documents: which are taken, where a question keeps them, and how they stay with what is published."""

from collections.abc import Container, Iterable, Mapping, MutableMapping, Sequence

import msgspec
from msgspec import structs

from flows.participation.refusal import Reason, Refused
from flows.participation.writing import one_line
from flows.turn import Handed, Turn
from storage.attachments import Attachment

LARGEST = 10 * 1024 * 1024
KINDS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}
"""What is taken, and how names of it end."""
VOICES = {"audio/ogg": "ogg", "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/amr": "amr"}
"""Taken only where a person of the town listens: never published."""
ID_MOST, NAME_MOST = 400, 60

_KEPT = ".files"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[Handed, ...]).decode


def handed_in(answers: Mapping[str, str], question: str) -> tuple[Handed, ...]:
    """The files a question of this flow has got so far."""
    kept = answers.get(question + _KEPT)
    return _decode(kept) if kept else ()


def hand_in(
    turn: Turn,
    answers: MutableMapping[str, str],
    question: str,
    files: Sequence[Handed],
    most: int,
    kinds: Container[str] = KINDS.keys(),
) -> list[Handed]:
    """Keep these files with the question's answer and say which; the same file sent again is kept once."""
    before = handed_in(answers, question)
    if not files:
        raise Refused(Reason.FILE_KIND_UNKNOWN)
    kept = list(before)
    taken: list[Handed] = []
    for file in files:
        _check(file, kinds)
        known = next((each for each in kept if each.id == file.id), None)
        if known is None:
            if len(kept) >= most:
                raise Refused(Reason.TOO_MANY_FILES, count=most)
            known = structs.replace(file, name=_name(turn, file, len(kept) + 1))
            kept.append(known)
        taken.append(known)
    answers[question + _KEPT] = _encode(kept).decode()
    return taken


def hand_back(answers: MutableMapping[str, str], question: str) -> None:
    """Forget the files of a question."""
    answers.pop(question + _KEPT, None)


def want(turn: Turn, item: str, files: Iterable[Handed]) -> None:
    """Keep files with what has been published in this turn: they are fetched once it is committed."""
    for file in files:
        turn.db.add(
            Attachment(
                item=item,
                participant_id=turn.participant_id,
                channel=file.channel,
                account=file.account,
                external_id=file.id,
                name=file.name,
                media_type=file.media_type,
                size=file.size,
                due_at=turn.now,
                added_at=turn.now,
            )
        )


def _check(file: Handed, kinds: Container[str]) -> None:
    if file.media_type not in kinds or len(file.id) > ID_MOST:
        raise Refused(Reason.FILE_KIND_UNKNOWN)
    if file.size > LARGEST:
        raise Refused(Reason.FILE_TOO_LARGE, most=LARGEST // 1024 // 1024)


def _name(turn: Turn, file: Handed, number: int) -> str:
    """As its sender called it, since only they see it; a photo straight from the camera has no name."""
    name = one_line(file.name)
    if not name:
        return f"{_kind(turn, file.media_type)} {number}"
    return name if len(name) <= NAME_MOST else f"{name[: NAME_MOST - 10]}…{name[-9:]}"


def _kind(turn: Turn, media_type: str) -> str:
    if media_type in VOICES:
        return turn.t("voice note")
    return turn.t("document") if media_type == "application/pdf" else turn.t("photo")
