"""Results of surveys as they were added up last, for everybody to see."""

from dataclasses import dataclass

from flows.participation.figures import Results, read
from flows.participation.survey import Survey, Visibility
from flows.participation.tenant import Town
from storage.attachments import Attachment, shown_attachments
from storage.database import Db
from storage.responses import Tally, tallied_surveys


@dataclass(frozen=True, slots=True)
class Published:
    """A survey's results, and their picture by language."""

    results: Results
    charts: dict[str, Attachment]

    def chart(self, language: str) -> Attachment | None:
        """The picture in a language; in another where there is none."""
        return self.charts.get(language) or next(iter(self.charts.values()), None)


def chart_of(survey: str, language: str) -> str:
    """What the picture of a survey's results is an attachment of."""
    return f"results:{survey}:{language}"


def published(db: Db, survey: Survey) -> Published | None:
    """The results of a survey that shows any, once they have been added up."""
    kept = db.find(Tally, survey.slug) if survey.results is not Visibility.NEVER else None
    if kept is None:
        return None
    results = read(kept.content)
    if survey.results is Visibility.CLOSED and not results.is_closed:
        return None
    charts = {}
    for language in survey.title:
        if drawn := shown_attachments(db, chart_of(survey.slug, language)):
            charts[language] = drawn[-1]
    return Published(results, charts)


def shown_surveys(db: Db, town: Town) -> list[Survey]:
    """The surveys whose results can be seen."""
    visible = [survey for survey in town.surveys if survey.results is not Visibility.NEVER]
    tallied = tallied_surveys(db) if visible else frozenset()
    return [survey for survey in visible if survey.slug in tallied]
