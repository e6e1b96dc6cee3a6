"""What a Telegram message can hold besides words, and which of it we take: photos, documents, voice notes, places."""

from typing import Annotated

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from channels.message import Attached, Place
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


class _Location(Struct):
    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]


class _Venue(Struct):
    title: str = ""


Held = Raw | UnsetType


class Media(Struct, kw_only=True):
    """Of what we do not take, that it is there is all we read."""

    animation: Held = UNSET
    audio: Held = UNSET
    contact: Held = UNSET
    dice: Held = UNSET
    document: _Document | UnsetType = UNSET
    location: _Location | UnsetType = UNSET
    photo: Annotated[list[_Size], Meta(max_length=100)] | UnsetType = UNSET
    poll: Held = UNSET
    sticker: Held = UNSET
    story: Held = UNSET
    venue: _Venue | UnsetType = UNSET
    video: Held = UNSET
    video_note: Held = UNSET
    voice: _Document | UnsetType = UNSET

    @property
    def holds_media(self) -> bool:
        return any(getattr(self, name) is not UNSET for name in Media.__struct_fields__)

    @property
    def files(self) -> tuple[Attached, ...]:
        """The photo in its largest size, which is always a JPEG, the document or the voice note. A moving picture is a
        document too, and none to us."""
        if self.photo:
            size = max(self.photo, key=lambda each: each.width * each.height)
            return (Attached(storable(size.file_id), "", "image/jpeg", size.file_size),)
        if self.document is not UNSET and self.animation is UNSET:
            document = self.document
            name = storable(document.file_name)[-_LONGEST_NAME:]
            return (Attached(storable(document.file_id), name, storable(document.mime_type), document.file_size),)
        if self.voice is not UNSET:
            return (Attached(storable(self.voice.file_id), "", "audio/ogg", self.voice.file_size),)
        return ()

    @property
    def place(self) -> Place | None:
        """A place on the map, with the name of a venue."""
        if self.location is UNSET:
            return None
        label = self.venue.title[:_LONGEST_NAME] if self.venue is not UNSET else ""
        return Place(self.location.latitude, self.location.longitude, storable(label))
