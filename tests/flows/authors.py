"""Authors of proposals in the hall: what they write, up to a reference."""

import re

from tests.flows.hall import BODY, TITLE, Citizen


def write(citizen: Citizen, title: str = TITLE, body: str = BODY) -> str:
    """Everything up to what comes before the last look."""
    citizen.says("propose")
    citizen.says(title)
    citizen.says(body)
    citizen.picks("Trees")
    return citizen.says("Main square")


def publish(citizen: Citizen, title: str = TITLE, body: str = BODY) -> str:
    """A proposal of one's own; its reference."""
    write(citizen, title, body)
    if "Publish it" not in citizen.labels:
        citizen.picks("Mine is different")
    found = re.search(r"VIL-PROP-2026-11-\d{4}", citizen.picks("Publish it"))
    assert found is not None
    return found.group()
