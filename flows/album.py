"""The photos and documents of an item: a line on its card, the choice to see them, and the files themselves."""

from collections.abc import Sequence

from flows.participation.attachments import KINDS
from flows.step import Choice, File
from flows.turn import Turn
from storage.attachments import Attachment

_PHOTO = "image/"


def line(turn: Turn, attachments: Sequence[Attachment]) -> str:
    """How many there are, by kind; empty where there are none."""
    photos = sum(each.media_type.startswith(_PHOTO) for each in attachments)
    documents = len(attachments) - photos
    counts = [
        turn.tn("{count} photo", "{count} photos", photos) if photos else "",
        turn.tn("{count} document", "{count} documents", documents) if documents else "",
    ]
    return turn.t("With {files}.", files=", ".join(count for count in counts if count)) if attachments else ""


def choice(turn: Turn, step: str, attachments: Sequence[Attachment]) -> list[Choice]:
    """To see them, where there are any, at the step that shows them."""
    if not attachments:
        return []
    also = ("foto", "fotos", "document", "documents", "documento", "documentos", "photo", "photos")
    if len(attachments) > 1:
        return [Choice(step, turn.t("See the photos and documents"), also)]
    is_photo = attachments[0].media_type.startswith(_PHOTO)
    return [Choice(step, turn.t("See the photo") if is_photo else turn.t("See the document"), also)]


def files(reference: str, attachments: Sequence[Attachment]) -> list[File]:
    """What is sent, under names of ours: the ones that people give tell more of them than they think."""
    return [
        File(f"{reference}-{number}.{KINDS.get(each.media_type, 'bin')}", each.media_type, content_id=each.id)
        for number, each in enumerate(attachments, 1)
    ]
