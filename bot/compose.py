"""Between channels and the engine: what came in as a deed of the citizen, what was said as a message to draw."""

from collections.abc import Sequence

from msgspec import structs

from bot.links import followed
from bot.manner import Manner
from bot.notices import channel_words
from bot.question import Said
from channels.channel import Limits
from channels.message import Choice, Enclosed, Inbound, Kind, Outbound, Words
from flows.step import File
from flows.turn import Deed, Handed, Heard

MADE_AT_MOST = 256 * 1024
"""Bytes of files that were made in the turn and stand in the outbox row itself."""
_HEARD = 1000
"""Characters of what was understood that are shown again, at most."""

_DEEDS = {Kind.TEXT: Deed.TYPE, Kind.PRESS: Deed.PRESS, Kind.START: Deed.START, Kind.MEDIA: Deed.ATTACH}


def heard_in(inbound: Inbound) -> Heard:
    """What the citizen did, where it was a deed of the conversation: a press of news's own button follows a link."""
    if (code := followed(inbound)) is not None:
        return Heard(Deed.START, code)
    return Heard(_DEEDS[inbound.kind], inbound.text, _handed(inbound) if inbound.files else (), _place(inbound))


def manner_of(limits: Limits) -> Manner:
    """How a conversation is held on a channel with these limits."""
    return Manner(limits.is_brief, limits.room, limits.at_once, limits.carries_files, limits.buttons)


def compose(said: Said, language: str, inbound: Inbound | None, speaker: str = "") -> Outbound:
    """The outbound, in answer to `inbound` if to anything.

    `speaker` is the town's name where an account is shared, and then stands above everything.
    """
    words, text, title = channel_words(language), said.text, said.title
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
        words=Words(choose=said.hint, part=words.part, options=words.options if said.choices else ""),
        replaces=inbound.message_id if said.replaces and inbound and inbound.kind is Kind.PRESS else "",
        files=_enclosed(said.files) if said.files else (),
    )


def as_letter(outbound: Outbound, inbound: Inbound | None = None) -> Outbound:
    """What a slow channel carries besides: the thread that goes on, what was understood, and its own few words."""
    words = channel_words(outbound.language, is_slow=True)
    has_words = inbound is not None and inbound.kind in (Kind.TEXT, Kind.MEDIA)
    return structs.replace(
        outbound,
        words=structs.replace(words, choose=outbound.words.choose),
        thread=inbound.thread if inbound else "",
        heard=inbound.text[:_HEARD] if inbound and has_words else "",
    )


def below(words: str, said: Said) -> Said:
    """What was said, below words that come first, if any."""
    if not words:
        return said
    return said._replace(title="", text="\n\n".join(part for part in (words, said.title, said.text) if part))


def _enclosed(files: Sequence[File]) -> tuple[Enclosed, ...]:
    if (size := sum(len(file.data) for file in files)) > MADE_AT_MOST:
        raise ValueError(f"{size} bytes are too many to travel in a message: {MADE_AT_MOST} at most")
    return tuple([Enclosed(file.name, file.media_type, file.data, file.content_id) for file in files])


def _place(inbound: Inbound) -> str:
    """As people read it who look for it on a map; five decimals are a metre."""
    if (place := inbound.place) is None:
        return ""
    point = f"{place.latitude:.5f}, {place.longitude:.5f}"
    return f"{' '.join(place.label.split())} ({point})" if place.label.strip() else point


def _handed(inbound: Inbound) -> tuple[Handed, ...]:
    channel, account = inbound.address.channel, inbound.account
    return tuple(
        [Handed(channel, account, each.id, each.name, _bare(each.media_type), each.size) for each in inbound.files]
    )


def _bare(media_type: str) -> str:
    """Without parameters: "audio/ogg; codecs=opus" is "audio/ogg"."""
    return media_type.partition(";")[0].strip().lower()
