"""Broadcasts and their topics as the rules see them."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import PurePosixPath

from bot.config.build.pen import Pen
from bot.config.files.broadcast import AudiencePart, BroadcastFile, SchedulePart
from bot.config.files.tenant import TopicPart
from flows.participation.broadcast import Audience, Broadcast, Late, Opens, Schedule
from flows.participation.topic import Topic
from flows.reply import fold

MEDIA_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".pdf": "application/pdf",
}


def topic(pen: Pen, part: TopicPart) -> Topic:
    """A topic."""
    return Topic(
        slug=part.slug,
        code=pen.code("topic", part.slug),
        name=pen.words(part.name),
        description=pen.words(part.description),
        keyword=fold(part.keyword or ""),
        most=part.most,
        within=timedelta(days=part.days),
    )


def broadcast(pen: Pen, slug: str, file: BroadcastFile, contents: Mapping[str, bytes]) -> Broadcast:
    """A broadcast; `contents` are the bytes of the town's files."""
    texts = {"": pen.personal_words(file.text)}
    for channel in type(file.variants).model_fields:
        if (variant := getattr(file.variants, channel)) is not None:
            texts[channel] = pen.personal_words(variant.text)
    opens, subject = _opens(file)
    path = file.file.file if file.file else ""
    return Broadcast(
        slug=slug,
        topic=file.topic,
        title=pen.personal_words(file.title),
        texts=texts,
        audience=_audience(file.audience),
        schedule=_schedule(file.schedule),
        opens=opens,
        subject=subject,
        file=PurePosixPath(path).name,
        media_type=MEDIA_TYPES.get(PurePosixPath(path).suffix.lower(), ""),
        data=contents.get(path, b""),
        alt=pen.words(file.file.alt) if file.file else {},
        template=file.template.name if file.template else "",
        template_values=tuple(pen.personal(value) for value in (file.template.values if file.template else ())),
        late=Late(file.late),
        expires_after=timedelta(hours=file.expires_hours),
        is_urgent=file.urgent,
    )


def _opens(file: BroadcastFile) -> tuple[Opens | None, str]:
    given = {opens: getattr(file.opens, opens.value) for opens in Opens} if file.opens else {}
    return next(((opens, str(name)) for opens, name in given.items() if name), (None, ""))


def _schedule(part: SchedulePart | None) -> Schedule:
    if part is None:
        return Schedule()
    at = f"{part.at:%Y-%m-%dT%H:%M}" if part.at else ""
    return Schedule(at, part.cron or "", part.phase or "", part.on)


def _audience(part: AudiencePart) -> Audience:
    return Audience(
        follows=part.follows or "",
        took_part=part.took_part or "",
        answered=part.answered or "",
        language=part.language or "",
        channel=part.channel or "",
        area=part.area or "",
        listed=part.listed or "",
        all_of=tuple(map(_audience, part.all)),
        any_of=tuple(map(_audience, part.any)),
        none_of=(_audience(part.not_),) if part.not_ else (),
    )
