"""Sample towns that are always in the middle of things: copies whose dates are moved by whole weeks."""

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

_ANCHOR = date(2026, 11, 25)
"""The day on which the sample towns were written."""

_QUIET = re.compile(r"^quiet_hours:\n(?:  .*\n)+", re.MULTILINE)
_DATE = re.compile(r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2}\b")


def copy_towns(target: Path, today: date) -> None:
    """Copy the sample towns to `target`, in place of what is there, as if they had been written this week.

    They have no quiet hours: a demo is looked at by night as well.
    """
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(EXAMPLES / "tenants", target)
    weeks = timedelta(weeks=(today - _ANCHOR).days // 7)
    for path in target.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(_DATE.sub(lambda found: _moved(found.group(), weeks), awake(text)), encoding="utf-8")


def awake(text: str) -> str:
    """A town's file without its quiet hours."""
    return _QUIET.sub("", text)


def _moved(day: str, by: timedelta) -> str:
    try:
        return (date.fromisoformat(day) + by).isoformat()
    except ValueError:
        return day
