"""Checked files, made into the town that the rules see."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.config.codes import subject_code, town_code
from bot.config.files.assembly import AssemblyFile
from bot.config.files.process import LabelPart, OutcomePart, PhasePart, ProcessFile, ProposalsPart
from bot.config.files.survey import QuestionPart, SurveyFile
from bot.config.files.tenant import YOUNGEST, PlatformFile, SupportPart, TenantFile
from bot.config.kinds import Language
from bot.config.moments import begin_of, end_of
from bot.config.placeholders import fill
from flows.participation.assembly import Assembly
from flows.participation.process import Action, Outcome, Phase, Place, Process, ProposalRules
from flows.participation.survey import Question, Survey
from flows.participation.tenant import Support, Terms, Town
from flows.participation.words import Words

Texts: TypeAlias = Mapping[Language, str] | Mapping[str, str]
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Builder:
    """What the pieces of one town share."""

    tenant_id: str
    head: TenantFile | PlatformFile

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.head.time_zone)

    def words(self, text: Texts) -> Words:
        """A text in the town's languages, its placeholders filled."""
        spoken = {str(language): words for language, words in text.items() if language in self.head.languages}
        return {language: fill(words, self._values(language)).strip() for language, words in spoken.items()}

    def _values(self, language: str) -> dict[str, str]:
        names: Mapping[str, str] = {str(key): value for key, value in self.head.name.items()}
        return {
            "town": names.get(language) or names[self.head.languages[0]],
            "phone": self.head.support.phone,
            "email": self.head.support.email,
            "official_url": self.head.official_url,
        }

    def paper(self, version: str, texts: Mapping[str, str]) -> Terms:
        """A long text with its version."""
        text = self.words(texts)
        digest = hashlib.sha256()
        for language, words in sorted(text.items()):
            digest.update(f"{language}\0{words}\0".encode())
        return Terms(version, text, digest.hexdigest())

    def process(self, slug: str, file: ProcessFile, is_supervised: bool) -> Process:
        """A process; its phases in order of time."""
        phases = sorted((self._phase(phase) for phase in file.phases), key=_began)
        minimum = self.head.minimum_age if isinstance(self.head, TenantFile) else YOUNGEST
        return Process(
            slug=slug,
            code=subject_code(self.tenant_id, "process", slug),
            title=self.words(file.title),
            subtitle=self.words(file.subtitle),
            description=self.words(file.description),
            official_url=file.official_url,
            phases=tuple(phases),
            min_age=max(file.min_age, minimum),
            min_age_reason=self.words(file.min_age_reason),
            proposals=self._rules(file.proposals),
            is_supervised=is_supervised,
            outcome=self._outcome(file.outcome) if file.outcome else None,
        )

    def assembly(self, slug: str, file: AssemblyFile) -> Assembly:
        """An organ of participation."""
        return Assembly(
            slug=slug,
            code=subject_code(self.tenant_id, "assembly", slug),
            title=self.words(file.title),
            purpose=self.words(file.purpose),
            composition=self.words(file.composition),
            meets=self.words(file.meets),
            official_url=file.official_url,
        )

    def survey(self, slug: str, file: SurveyFile) -> Survey:
        """A survey, with the content that its hash is of."""
        questions = tuple(self._question(question) for question in file.questions)
        title, introduction = self.words(file.title), self.words(file.introduction)
        content: dict[str, object] = {
            "title": title,
            "introduction": introduction,
            "questions": [
                {
                    "slug": question.slug,
                    "text": question.text,
                    "options": [{"slug": option.slug, "name": option.name} for option in question.options],
                    "max_characters": question.max_characters,
                    "mandatory": question.is_mandatory,
                }
                for question in questions
            ],
        }
        canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return Survey(
            slug=slug,
            code=subject_code(self.tenant_id, "survey", slug),
            hash=hashlib.sha256(canonical.encode()).hexdigest(),
            title=title,
            introduction=introduction,
            questions=questions,
            content=content,
        )

    def town(
        self,
        papers: Mapping[str, Mapping[str, str]],
        processes: Iterable[Process],
        assemblies: Iterable[Assembly],
        surveys: Iterable[Survey],
    ) -> Town:
        """All of it."""
        head = self.head
        own = head if isinstance(head, TenantFile) else None
        return Town(
            id=self.tenant_id,
            code=town_code(self.tenant_id),
            name=self.words(head.name),
            languages=tuple(head.languages),
            zone=self._zone,
            prefix=own.prefix if own else "",
            keyword=own.keyword if own else "",
            official_url=head.official_url,
            minimum_age=own.minimum_age if own else YOUNGEST,
            terms=self.paper(own.terms.version if own else "", papers["terms"]),
            privacy_short=self.words(own.privacy.short) if own else {},
            privacy=self.paper(own.privacy.version if own else "", papers["privacy"]),
            support=_support(head.support),
            help=self.words(papers["help"]),
            processes=tuple(processes),
            assemblies=tuple(assemblies),
            surveys=tuple(surveys),
        )

    def _phase(self, phase: PhasePart) -> Phase:
        return Phase(
            slug=phase.slug,
            title=self.words(phase.title),
            description=self.words(phase.description),
            starts_at=begin_of(phase.starts_at, self._zone) if phase.starts_at else None,
            ends_at=end_of(phase.ends_at, self._zone) if phase.ends_at else None,
            allows=frozenset(Action(one) for one in phase.allows),
            surveys=tuple(phase.surveys),
        )

    def _rules(self, part: ProposalsPart) -> ProposalRules:
        return ProposalRules(
            length=part.length,
            limit=part.limit,
            template=self.words(part.template),
            categories=self._places(part.categories),
            asks_place=part.asks_place,
        )

    def _outcome(self, part: OutcomePart) -> Outcome:
        return Outcome(self.words(part.summary), begin_of(part.published_at, self._zone), part.official_url)

    def _question(self, part: QuestionPart) -> Question:
        return Question(
            slug=part.slug,
            text=self.words(part.text),
            options=self._places(part.options),
            max_characters=part.max_characters or _CHARACTERS,
            is_mandatory=part.mandatory,
        )

    def _places(self, labels: Iterable[LabelPart]) -> tuple[Place, ...]:
        return tuple(Place(label.slug, self.words(label.name)) for label in labels)


def _began(phase: Phase) -> tuple[bool, float]:
    return phase.starts_at is not None, phase.starts_at.timestamp() if phase.starts_at else 0.0


def _support(part: SupportPart) -> Support:
    weekdays = frozenset(_WEEKDAYS.index(day) for day in part.weekdays)
    return Support(part.phone, part.email, weekdays, part.opens, part.closes, frozenset(part.holidays))
