"""Files as they may be shown: what they are is read from their bytes, and photos are drawn anew.

A photo drawn anew has lost what the camera wrote about itself, the place where it was taken first of all, and whatever
else was hidden in the file.
"""

from io import BytesIO

from PIL import Image, ImageOps

_SIDE = 2048
_PIXELS_MOST = 50_000_000
_QUALITY = 85
_BEGINS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"%PDF-": "application/pdf",
    b"OggS": "audio/ogg",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
    b"#!AMR": "audio/amr",
}
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


class Unfit(Exception):
    """Not a photo or document that is taken, whatever it was said to be."""


def showable(data: bytes) -> tuple[bytes, str]:
    """The bytes to keep and their type: a photo as JPEG, a PDF or a voice note as it came. Raises `Unfit`.

    Takes time: use a thread.
    """
    kind = kind_of(data)
    if kind in _FORMATS:
        return _redrawn(data, _FORMATS[kind]), "image/jpeg"
    if kind:
        return data, kind
    raise Unfit("neither a photo, a PDF nor a voice note")


def kind_of(data: bytes) -> str:
    """The type by the first bytes; empty for any that is not taken."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp" and data[8:12] in (b"M4A ", b"mp42", b"isom"):
        return "audio/mp4"
    return next((kind for begins, kind in _BEGINS.items() if data.startswith(begins)), "")


def _redrawn(data: bytes, form: str) -> bytes:
    """At most so many pixels a side, upright, on white, with nothing but pixels."""
    try:
        with Image.open(BytesIO(data), formats=(form,)) as picture:
            width, height = picture.size
            if width * height > _PIXELS_MOST:
                raise Unfit("too many pixels")
            picture.thumbnail((_SIDE, _SIDE))
            upright = ImageOps.exif_transpose(picture)
    except Unfit:
        raise
    except Exception as broken:  # a hostile file makes the decoders raise whatever they like
        raise Unfit(type(broken).__name__) from None
    layer = upright.convert("RGBA")
    plain = Image.new("RGB", layer.size, "white")
    plain.paste(layer, mask=layer)
    drawn = BytesIO()
    plain.save(drawn, "JPEG", quality=_QUALITY)
    return drawn.getvalue()
