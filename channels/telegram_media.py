"""What a Telegram message can hold besides words, and which of it is a file for us: a photo or a document."""

from typing import Annotated

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from channels.message import Attached
from channels.text import storable

_Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
_LONGEST_NAME = 200


class _Size(Struct):
    """One of the sizes in which Telegram keeps a photo."""

    file_id: str
    width: _Count = 0
    height: _Count = 0
    file_size: _Count = 0


class _Document(Struct):
    file_id: str
    file_name: str = ""
    mime_type: str = ""
    file_size: _Count = 0


Held = Raw | UnsetType


class Media(Struct, kw_only=True):
    """That it is there is all we read, of photos and documents apart."""

    animation: Held = UNSET
    audio: Held = UNSET
    contact: Held = UNSET
    dice: Held = UNSET
    document: _Document | UnsetType = UNSET
    location: Held = UNSET
    photo: Annotated[list[_Size], Meta(max_length=100)] | UnsetType = UNSET
    poll: Held = UNSET
    sticker: Held = UNSET
    story: Held = UNSET
    venue: Held = UNSET
    video: Held = UNSET
    video_note: Held = UNSET
    voice: Held = UNSET

    @property
    def holds_media(self) -> bool:
        return any(getattr(self, name) is not UNSET for name in Media.__struct_fields__)

    @property
    def files(self) -> tuple[Attached, ...]:
        """The photo in its largest size, which is always a JPEG, or the document. A moving picture is a document too,
        and none to us."""
        if self.photo:
            size = max(self.photo, key=lambda each: each.width * each.height)
            return (Attached(storable(size.file_id), "", "image/jpeg", size.file_size),)
        if self.document is not UNSET and self.animation is UNSET:
            document = self.document
            name = storable(document.file_name)[-_LONGEST_NAME:]
            return (Attached(storable(document.file_id), name, storable(document.mime_type), document.file_size),)
        return ()
