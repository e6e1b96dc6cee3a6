"""The questions of a survey, each in the form that its type has in a conversation."""

from dataclasses import dataclass, replace
from functools import lru_cache

from flows import card
from flows.explain import checked
from flows.participation.answers import LONGEST, check_text, check_words, choices_in, kept
from flows.participation.attachments import handed_in
from flows.participation.survey import CHOSEN, SEVERAL, WRITTEN, Item, Question, Survey, Type
from flows.participation.words import Words, words_in
from flows.step import DONE, Ask, Choice, File
from flows.survey_picks import picks_of, taking
from flows.text import Catalogue, catalogue, cut
from flows.turn import Turn

QUESTION = "question:"
"""The step that asks an item: "question:item"."""
_SHOWN_LENGTH = 80
_AGAIN_LENGTH = 40
_SKIP = ("salta", "saltar", "skip")
_THAT_IS_ALL = ("fet", "ja està", "hecho", "ya está", "done")


@dataclass(frozen=True, slots=True)
class Tongue:
    """In which words a survey is asked: a language, the town's default, and whether plain language is wanted."""

    language: str
    default: str
    is_easy: bool = False

    @property
    def ours(self) -> Catalogue:
        """Our own words."""
        return catalogue(self.language)

    def words(self, words: Words) -> str:
        """The town's words."""
        return words_in(words, self.language, self.default, is_easy=self.is_easy)


def tongue(turn: Turn) -> Tongue:
    """The turn's."""
    return Tongue(turn.language, turn.town.language, turn.is_easy)


def step_of(item: Item) -> str:
    """The step that asks it."""
    return f"{QUESTION}{item.key}"


def item_at(survey: Survey, key: str) -> Item | None:
    """What is asked under this key, of whatever revision."""
    question = survey.question(key.partition(".")[0])
    return next((item for item in question.items if item.key == key), None) if question else None


@lru_cache(maxsize=4096)
def ask(survey: Survey, key: str, number: int, total: int, ahead: tuple[str, ...], tongue: Tongue) -> Ask:
    """A question as everybody is asked it: its place among all, and those that come next whatever is answered."""
    item = item_at(survey, key)
    if item is None:
        raise LookupError(key)
    question = item.question
    title = tongue.ours.translate("Question {number} of {total}", {"number": number, "total": total})
    return replace(
        _form(item, tongue),
        title=title,
        brief=_brief(item, tongue),
        number=0 if question.type is Type.FILES else number,
        ahead=ahead,
        label=cut(_name(item, tongue), card.LABEL_MOST),
        help=tongue.words(question.help),
        files=_picture(question),
        then=f"next:{key}",
    )


def ask_words(item: Item, option: str, tongue: Tongue) -> Ask:
    """The words of a free option that was chosen without any."""
    question, ours = item.question, tongue.ours
    chosen = question.option(option)
    name = tongue.words(chosen.name) if chosen else option
    text = ours.translate("You chose “{option}”. Which? Write it in a few words.", {"option": name})
    return Ask(
        text,
        brief=ours.translate("“{option}”: which?", {"option": name}),
        label=cut(name, card.LABEL_MOST),
        choices=(_skip(ours),),
        check=checked(lambda words: check_words(words, question)),
        then="next",
    )


def shown(item: Item, answer: str, tongue: Tongue) -> str:
    """An answer in words, as it is read again before it is sent."""
    question = item.question
    if not answer:
        return tongue.ours.translate("(no answer)", {})
    if question.type in WRITTEN:
        return answer
    if question.type is Type.FILES:
        return answer.replace("\n", ", ")
    given = choices_in(answer)
    names = []
    for place, slug in enumerate(given.options, 1):
        option = question.option(slug)
        name = cut(tongue.words(option.name) if option else slug, _SHOWN_LENGTH)
        name = f"{name}: {given.words[slug]}" if slug in given.words else name
        names.append(f"{place}. {name}" if question.type is Type.SORTING else name)
    return ", ".join(names)


def with_words(answer: str, words: dict[str, str]) -> str:
    """An answer of options, and the words that were asked for apart; those said with it win."""
    given = choices_in(answer)
    return kept(given.options, {**words, **given.words}) if words else answer


def named(item: Item, tongue: Tongue) -> str:
    """The question, with its row."""
    return _name(item, tongue)


def with_files(turn: Turn, ask: Ask) -> Ask:
    """A question that files answer, once some have been sent: more may come, or it goes on."""
    sent = len(handed_in(turn.answers, f"{QUESTION}{turn.argument}"))
    if not sent:
        return ask
    more = turn.t("You can send another one.") if sent < ask.takes_files else turn.t("No more fit here.")
    go_on = Choice("done", turn.t("Go on"), ("fet", "hecho", "done"))
    without = Choice("", turn.t("Go on without files"))
    return replace(ask, text=f"{more} {turn.t('Shall we go on?')}", files=(), choices=(go_on, without))


def last_words(turn: Turn, survey: Survey) -> tuple[str, str]:
    """What sending means, at length and in short."""
    if survey.is_anonymous:
        return (
            turn.t("Shall I send it? You answer once, and nobody can tell which answers are yours."),
            turn.t("Shall I send it? You answer once."),
        )
    if survey.is_editable:
        return (
            turn.t("Shall I send it? You can change it until the survey closes; only what is added up is published."),
            turn.t("Shall I send it? You can change it until it closes."),
        )
    return (
        turn.t("Shall I send it? You answer once, and what is published is only added up."),
        turn.t("Shall I send it? You answer once."),
    )


def files_of(turn: Turn, item: Item) -> str:
    """The names of what was sent, as the answer is kept."""
    return "\n".join(file.name for file in handed_in(turn.answers, step_of(item)))


def _form(item: Item, tongue: Tongue) -> Ask:
    """What its type has of its own."""
    question, ours = item.question, tongue.ours
    optional = () if question.is_mandatory else (_skip(ours),)
    if question.type in WRITTEN:
        most = {"most": question.max_characters or LONGEST}
        how = ours.translate("Write your answer, {most} characters at most.", most)
        text = _text(item, tongue, how)
        return Ask(text, "", choices=optional, check=checked(lambda words: check_text(words, question)))
    if question.type is Type.FILES:
        return _files(item, tongue)
    options = tuple(Choice(each.slug, card.label(tongue.words(each.name))) for each in question.options)
    text = _text(item, tongue, _how(question, ours))
    is_free = question.type in CHOSEN and question.has_free
    if question.type not in SEVERAL:
        check = taking(item, options) if is_free else None
        return Ask(text, "", choices=(*options, *optional), check=check)
    picks = picks_of(question)
    done = () if picks.in_order else (Choice(DONE, ours.translate("That is all", {}), _THAT_IS_ALL),)
    return Ask(text, "", choices=(*options, *done, *optional), check=taking(item, options), picks=picks)


def _files(item: Item, tongue: Tongue) -> Ask:
    most = item.question.most_files
    how = tongue.ours.translate_number(
        "Send {count} photo (JPEG, PNG or WebP) or PDF document at most.",
        "Send up to {count} photos (JPEG, PNG or WebP) or PDF documents.",
        most,
        {},
    )
    return Ask(_text(item, tongue, how), "", choices=(_skip(tongue.ours),), takes_files=most)


def _skip(ours: Catalogue) -> Choice:
    return Choice("", ours.translate("Skip this question", {}), _SKIP, brief=ours.translate("Skip", {}))


def _how(question: Question, ours: Catalogue) -> str:
    match question.type:
        case Type.SORTING:
            return ours.translate("Put all of them in order, the first one first.", {})
        case Type.MULTIPLE_OPTION | Type.MATRIX_MULTIPLE if question.max_choices:
            most = question.max_choices
            return ours.translate_number("Choose {count} at most.", "Choose {count} at most.", most, {})
        case Type.MULTIPLE_OPTION | Type.MATRIX_MULTIPLE:
            return ours.translate("You can choose several.", {})
        case _:
            return ""


def _brief_how(question: Question, ours: Catalogue) -> str:
    if question.type is Type.SORTING:
        return ours.translate("(all in order)", {})
    if question.type in SEVERAL and question.max_choices:
        return ours.translate("({count} at most)", {"count": question.max_choices})
    return ours.translate("(one or more)", {}) if question.type in SEVERAL else ""


def _text(item: Item, tongue: Tongue, how: str = "") -> str:
    """With its row and what its picture shows; then its help, and how it is answered."""
    question = item.question
    asked = tongue.words(question.text)
    if item.row:
        asked = f"{asked} → {tongue.words(item.row.name)}"
    shown = (
        tongue.ours.translate("Picture: {alt}", {"alt": tongue.words(question.picture.alt)}) if question.picture else ""
    )
    helped = " ".join(part for part in (tongue.words(question.help), how) if part)
    return "\n\n".join(part for part in (asked, shown, helped) if part)


def _brief(item: Item, tongue: Tongue) -> str:
    """Where each word costs; from the second row on a matrix is only reminded of."""
    question = item.question
    text, how = tongue.words(question.text), _brief_how(question, tongue.ours)
    if item.row:
        is_first = item.row is question.rows[0]
        text = f"{text if is_first else cut(text, _AGAIN_LENGTH)} {tongue.words(item.row.name)}"
    return f"{text} {how}" if how else text


def _name(item: Item, tongue: Tongue) -> str:
    text = tongue.words(item.question.text)
    return f"{cut(text, _AGAIN_LENGTH)} {tongue.words(item.row.name)}" if item.row else text


def _picture(question: Question) -> tuple[File, ...]:
    picture = question.picture
    return (File(picture.name, picture.media_type, picture.data),) if picture and picture.data else ()
