"""Files as people send them, made here: photos that tell where they were taken, a plan, and what is neither."""

from functools import cache
from io import BytesIO

from PIL import Image

LATITUDE = (39.0, 12.0, 34.567)
MAKER = "Canary Camera Works"
PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
_GPS, _MAKER, _ORIENTATION = 0x8825, 0x010F, 0x0112


@cache
def photo(form: str = "JPEG", size: tuple[int, int] = (640, 480), orientation: int = 1) -> bytes:
    """A picture that is red above and blue below, with a place and a camera in its metadata."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (0, size[1] // 2, *size))
    exif = Image.Exif()
    exif[_MAKER], exif[_ORIENTATION] = MAKER, orientation
    exif[_GPS] = {1: "N", 2: LATITUDE, 3: "W", 4: LATITUDE}
    made = BytesIO()
    picture.save(made, form, exif=exif, **({"comment": MAKER} if form == "JPEG" else {}))
    return made.getvalue()


SAMPLES = {
    "photo.jpg": ("image/jpeg", photo()),
    "photo.png": ("image/png", photo("PNG")),
    "photo.webp": ("image/webp", photo("WEBP")),
    "plan.pdf": ("application/pdf", PDF),
    "disguised.pdf": ("application/pdf", b"MZ\x90\x00 not a plan"),
    "sheet.xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04 cells"),
    "voice.ogg": ("audio/ogg", b"OggS"),
}
"""By name: the type that is said, and the bytes."""
