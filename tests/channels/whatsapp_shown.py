"""What a phone shows of a part on WhatsApp, once Twilio has taken it."""

from collections.abc import Sequence

from channels.message import Enclosed, Outbound
from channels.text import is_blank
from channels.whatsapp_parts import LONGEST, Part
from channels.whatsapp_shapes import SHAPES, filled
from tests.fakes.twilio_content import Contents, Shown

CONTENTS = Contents()
SIDS = {name: CONTENTS.create(shape.to_dict()).sid for name, shape in SHAPES.items()}


def shown(part: Part) -> Shown:
    """Raises where Twilio would refuse it."""
    if part.shape:
        return CONTENTS.shown(SIDS[part.shape], filled(part.values))
    assert part.file is not None or not is_blank(part.text)
    assert len(part.text.encode("utf-16-le")) // 2 <= LONGEST
    return Shown(part.text)


def words(part: Part) -> str:
    """All that is read of it."""
    assert len(part.text.encode("utf-16-le")) // 2 <= LONGEST
    seen = shown(part)
    labels = [label for label, _ in seen.buttons] + [f"{item}\n{below}" for item, below, _ in seen.items]
    return "\n".join((seen.body, *labels))


def offered(parts: Sequence[Part], outbound: Outbound) -> set[str]:
    """What a thumb can press under the last part; what its words list, where nothing is drawn."""
    last = parts[-1]
    if last.shape:
        return set(shown(last).choices)
    lines = set(last.text.splitlines())
    return {choice.payload for choice in outbound.choices if any(_lists(line, choice.number) for line in lines)}


def _lists(line: str, number: int) -> bool:
    return line.startswith(f"{number}. ")


def files(part: Part) -> list[Enclosed]:
    return [part.file] if part.file else []
