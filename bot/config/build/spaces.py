"""Organs, debates, meetings and results as the rules see them."""

from collections.abc import Mapping

from bot.config.build.pen import Pen
from bot.config.files.assembly import AssemblyFile
from bot.config.files.debate import DebateFile
from bot.config.files.meeting import MeetingFile
from bot.config.files.process import ADULT
from bot.config.files.result import ResultFile
from bot.config.moments import begin_of, end_of
from flows.participation.assembly import Assembly
from flows.participation.debate import Debate
from flows.participation.meeting import Meeting
from flows.participation.result import Milestone, Result


def assembly(pen: Pen, slug: str, file: AssemblyFile) -> Assembly:
    """An organ of participation."""
    return Assembly(
        slug=slug,
        code=pen.code("assembly", slug),
        title=pen.words(file.title),
        purpose=pen.words(file.purpose),
        composition=pen.words(file.composition),
        meets=pen.words(file.meets),
        official_url=file.official_url,
    )


def debate(pen: Pen, slug: str, file: DebateFile, ages: Mapping[str, int]) -> Debate:
    """A debate; `ages` are those of the processes."""
    age = file.min_age if file.min_age is not None else ages.get(file.process or "", ADULT)
    closed = file.conclusions
    return Debate(
        slug=slug,
        code=pen.code("debate", slug),
        process=file.process or "",
        title=pen.words(file.title),
        description=pen.words(file.description),
        instructions=pen.words(file.instructions),
        has_sides=file.sides,
        starts_at=pen.begin(file.starts_at),
        ends_at=pen.end(file.ends_at),
        conclusions=pen.words(closed.text) if closed else {},
        closed_at=pen.begin(closed.published_at) if closed else None,
        min_age=max(age, pen.minimum_age),
        official_url=file.official_url,
    )


def meeting(pen: Pen, slug: str, file: MeetingFile) -> Meeting:
    """A meeting."""
    return Meeting(
        slug=slug,
        code=pen.code("meeting", slug),
        process=file.process or "",
        title=pen.words(file.title),
        description=pen.words(file.description),
        place=pen.words(file.place),
        online_url=file.online_url or "",
        starts_at=begin_of(file.starts_at, pen.zone),
        ends_at=end_of(file.ends_at, pen.zone),
        official_url=file.official_url,
    )


def result(pen: Pen, slug: str, file: ResultFile) -> Result:
    """What becomes of proposals."""
    return Result(
        slug=slug,
        code=pen.code("result", slug),
        process=file.process or "",
        title=pen.words(file.title),
        description=pen.words(file.description),
        status=pen.words(file.status),
        progress=file.progress,
        starts_at=pen.begin(file.starts_at),
        ends_at=pen.end(file.ends_at),
        timeline=tuple(
            Milestone(begin_of(one.date, pen.zone), pen.words(one.title), pen.words(one.description))
            for one in file.timeline
        ),
        proposals=tuple(file.proposals),
        official_url=file.official_url,
    )
