"""Photos are drawn anew: nothing of the file that came is left but what can be seen."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from bot.pictures import Unfit, kind_of, showable
from tests.pictures import MAKER, PDF, SAMPLES, photo

CANARY = b"CANARY-39.2031"


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def is_red(data: bytes, x: float, y: float) -> bool:
    picture = opened(data)
    pixel = picture.getpixel((int(x * picture.width), int(y * picture.height)))
    assert isinstance(pixel, tuple)
    return pixel[0] > 200 and pixel[2] < 60


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_keeps_its_picture_and_loses_all_else(form: str) -> None:
    data = photo(form)
    assert opened(data).getexif().get_ifd(0x8825)
    drawn, kind = showable(data)
    assert (kind, opened(drawn).format, opened(drawn).size) == ("image/jpeg", "JPEG", (640, 480))
    assert is_red(drawn, 0.5, 0.2)
    assert not is_red(drawn, 0.5, 0.8)
    assert not opened(drawn).getexif()
    assert set(opened(drawn).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert MAKER.encode() not in drawn


def test_a_photo_taken_upside_down_stands_upright() -> None:
    drawn, _ = showable(photo(orientation=3))
    assert not is_red(drawn, 0.5, 0.2)
    assert is_red(drawn, 0.5, 0.8)
    turned, _ = showable(photo(orientation=6))
    assert opened(turned).size == (480, 640)


def test_what_is_hidden_behind_the_picture_is_left_behind() -> None:
    drawn, _ = showable(photo() + CANARY)
    assert CANARY not in drawn


def test_words_in_a_png_are_left_behind() -> None:
    made = BytesIO()
    chunk = b"tEXtLocation\x00" + CANARY
    Image.new("RGB", (8, 8)).save(made, "PNG")
    whole = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    data = made.getvalue()[:33] + whole + made.getvalue()[33:]
    assert opened(data).info["Location"] == CANARY.decode()
    assert CANARY not in showable(data)[0]


def test_a_large_photo_is_made_smaller() -> None:
    assert opened(showable(photo(size=(3000, 1500)))[0]).size == (2048, 1024)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16"])
def test_any_colours_become_a_photo_on_white(mode: str) -> None:
    made = BytesIO()
    Image.new(mode, (10, 10)).save(made, "PNG")
    drawn = opened(showable(made.getvalue())[0])
    assert drawn.mode == "RGB"
    if mode in ("RGBA", "LA"):
        assert drawn.getpixel((5, 5)) == (255, 255, 255)


def test_a_photo_for_print_is_taken() -> None:
    made = BytesIO()
    Image.new("CMYK", (10, 10)).save(made, "JPEG")
    assert opened(showable(made.getvalue())[0]).mode == "RGB"


def _bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it is so large."""
    made = BytesIO()
    Image.new("1", (8, 8)).save(made, "PNG")
    data = bytearray(made.getvalue())
    data[16:24] = struct.pack(">II", side, side)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


def test_a_picture_of_very_many_pixels_is_not_opened() -> None:
    made = BytesIO()
    Image.new("1", (7100, 7100)).save(made, "PNG", compress_level=1)
    assert len(made.getvalue()) < 100_000
    with pytest.raises(Unfit, match="pixels"):
        showable(made.getvalue())


@pytest.mark.parametrize("side", [9500, 30_000, 2**31 - 1])
def test_a_picture_that_would_fill_the_memory_is_not_opened(side: int) -> None:
    with pytest.raises(Unfit):
        showable(_bomb(side))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ\x90\x00",
        b"<html><script>alert(1)</script>",
        b"GIF89a" + b"\x00" * 20,
        b"PK\x03\x04",
        b" %PDF-1.4",
        b"\xff\xd8\xff" + b"\x00" * 50,
        b"RIFF\x00\x00\x00\x00WEBP",
        b"\x89PNG\r\n\x1a\n" + CANARY,
        photo()[:900],
        photo("PNG")[:60],
        SAMPLES["sheet.xlsx"][1],
    ],
)
def test_what_is_no_photo_or_pdf_is_unfit(data: bytes) -> None:
    with pytest.raises(Unfit):
        showable(data)


def test_a_pdf_is_kept_as_it_came() -> None:
    assert showable(PDF) == (PDF, "application/pdf")


def test_the_type_is_read_from_the_bytes() -> None:
    assert [kind_of(photo(form)) for form in ("JPEG", "PNG", "WEBP")] == ["image/jpeg", "image/png", "image/webp"]
