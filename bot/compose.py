"""What the engine said, as a message that channels can draw."""

from bot.notices import channel_words
from bot.question import Said
from channels.message import Choice, Inbound, Kind, Outbound, Words


def compose(said: Said, language: str, inbound: Inbound, speaker: str = "") -> Outbound:
    """The outbound; `speaker` is the town's name where an account is shared, and then stands above everything."""
    text = said.text
    title = said.title
    if speaker and title == speaker:
        title = ""
    if speaker:
        text = f"{title}\n\n{text}" if title else text
        title = speaker
    return Outbound(
        text=text,
        title=title,
        choices=tuple([Choice(shown.number, shown.label, shown.payload) for shown in said.choices]),
        language=language,
        words=Words(choose=said.hint, part=channel_words(language).part),
        replaces=inbound.message_id if said.replaces and inbound.kind is Kind.PRESS else "",
    )
