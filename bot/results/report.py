"""Results as one page of HTML: self-contained, for eyes, ears, keyboards and printers alike."""

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined
from msgspec import Struct

from flows.counted import Told
from flows.return_report import ReturnReport
from flows.text import catalogue

_environment = Environment(
    loader=PackageLoader("bot.results"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_page = _environment.get_template("report.html")
_stops = _environment.get_template("dropoff.html")
_return = _environment.get_template("return.html")
_list = _environment.get_template("list.html")


class Link(Struct, frozen=True):
    """To the same page in another language, or to another page."""

    href: str
    name: str
    language: str = ""


def report(told: Told, others: Sequence[Link] = (), back: Link | None = None) -> str:
    """The whole page; `others` are the same in other languages."""
    return _page.render(told=told, t=told.t, results=told.results, others=others, back=back)


def stops(language: str, title: str, summary: str, rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Where people stop: a row for each question."""
    t = catalogue(language).translate
    return _stops.render(
        language=language, t=lambda words, **values: t(words, values), title=title, summary=summary, rows=rows
    )


def returned(told: ReturnReport, links: Sequence[Link] = (), others: Sequence[Link] = ()) -> str:
    """The return report of a process, with links to what its surveys add up to."""
    return _return.render(report=told, t=told.t, language=told.language, links=links, others=others)


def listed(language: str, title: str, words: str, links: Sequence[Link], others: Sequence[Link] = ()) -> str:
    """A page of links."""
    return _list.render(language=language, title=title, words=words, links=links, others=others)
