"""Two bad surveys as the manual shows them, and every line that `check` prints of them, word for word."""

from pathlib import Path

import pytest

from bot.config.load import Faulty, load
from tests.bot.config.vilabona import good, with_files

FOLDER = Path(__file__).resolve().parents[3] / "docs/how-to/bad-surveys"
CHANNELS = b"""
whatsapp:
  account_sid: AC00000000000000000000000000000000
  token: ${TWILIO_TOKEN}
  number: "+34 600 000 000"
sms:
  account_sid: AC00000000000000000000000000000000
  token: ${TWILIO_TOKEN}
  number: "+34 600 000 001"
  price: 0.08
"""


@pytest.mark.parametrize("name", ["wrong", "clumsy"])
def test_all_that_is_bad_is_told(name: str) -> None:
    channels = good().files["channels.yaml"] + CHANNELS
    source = with_files({"surveys/us.yaml": (FOLDER / f"{name}.yaml").read_bytes(), "channels.yaml": channels})
    try:
        found = load(source).warnings
    except Faulty as faulty:
        found = faulty.findings
    told = "".join(f"{finding}\n" for finding in found)
    assert told == (FOLDER / f"{name}.txt").read_text("utf-8")
