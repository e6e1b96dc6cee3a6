"""Rules of a survey: what each type of question needs, and what its conditions test."""

from collections.abc import Iterator, Mapping

from bot.config.build.survey import media_type_of
from bot.config.complaints import nearest
from bot.config.finding import Finding
from bot.config.reading import Files
from bot.config.rules.duplicates import repeated_slugs
from bot.config.rules.spans import backwards
from bot.config.spot import Spot
from flows.keywords import command_in, is_yes, language_named
from flows.participation.conditions import NotAPattern, check_pattern
from flows.participation.survey import CHOSEN, MATRICES, SILENT, WRITTEN, ConditionType, Type
from flows.reply import fold

_PICTURE_MOST = 200_000
_OPTIONED = CHOSEN | MATRICES | {Type.SORTING}
_OF_TYPE: Mapping[str, tuple[frozenset[Type], str]] = {
    "options": (_OPTIONED, "only a question that is chosen, sorted or a matrix has options"),
    "rows": (MATRICES, "only a matrix has rows"),
    "max_choices": (frozenset({Type.MULTIPLE_OPTION, Type.MATRIX_MULTIPLE}), "only several options have a most"),
    "max_files": (frozenset({Type.FILES}), "only `files` takes files"),
}


def findings(files: Files) -> Iterator[Finding]:
    """What is wrong in the surveys, file by file."""
    yield from _keywords(files)
    for survey in files.surveys:
        spot = survey.spot
        yield from backwards(spot, "the survey", files.zone)
        yield from repeated_slugs(spot["questions"])
        yield from _whole(spot)
        for question in spot["questions"].items:
            yield from _question(question, files)
        yield from in_conditions(spot)
        yield from _moved(spot, {question["slug"].text or "": question for question in spot["questions"].items})


def in_conditions(survey: Spot) -> Iterator[Finding]:
    """What is wrong in the conditions of a survey."""
    earlier: dict[str, Spot] = {}
    for question in survey["questions"].items:
        for condition in question["show_if"].items:
            yield from _condition(condition, question, earlier, survey)
        if slug := question["slug"].text:
            earlier.setdefault(slug, question)


def type_at(question: Spot) -> Type | None:
    """Its type, written or told by its options; None where it is no type."""
    if question["type"].value is None:
        return Type.SINGLE_OPTION if question["options"].value else Type.SHORT_ANSWER
    return next((one for one in Type if one == question["type"].value), None)


def _keywords(files: Files) -> Iterator[Finding]:
    """A word begins one thing, in every conversation of the town."""
    taken = {fold(files.head["keyword"].text or ""): "the town"} if files.head else {}
    topics = [(topic["keyword"], topic["slug"].text) for topic in (files.head["topics"].items if files.head else ())]
    for spot, slug in [*topics, *((survey.spot["keyword"], survey.slug) for survey in files.surveys)]:
        if (word := fold(spot.text or "")) == "":
            continue
        if command_in(word) or is_yes(word) or language_named(word):
            message = f"`{word[:40]}` means something else in every conversation"
            yield spot.error("keyword_taken", message, "choose another word")
        elif word in taken:
            yield spot.error(
                "keyword_taken", f"`{word[:40]}` is already the keyword of {taken[word]}", "choose another"
            )
        taken.setdefault(word, f"`{slug}`")


def _whole(survey: Spot) -> Iterator[Finding]:
    questions = list(survey["questions"].items)
    if survey["anonymous"].value is True and survey["editable"].value is True:
        hint = "delete one of the two"
        yield survey["editable"].error("anonymous_editable", "nobody can find an anonymous answer to change it", hint)
    if questions and all(type_at(question) in SILENT for question in questions):
        yield survey["questions"].error("no_question", "nothing is asked", "add a question")
    if survey["anonymous"].value is True:
        for question in questions:
            if type_at(question) is Type.FILES:
                message = "a file can say who sent it, and the survey is anonymous"
                yield question["type"].error("anonymous_files", message, "leave the question out")


def _question(question: Spot, files: Files) -> Iterator[Finding]:
    type = type_at(question)
    if type is None:
        return
    options = question["options"]
    yield from repeated_slugs(options)
    yield from repeated_slugs(question["rows"])
    if type is not Type.SEPARATOR and question["text"].value is None:
        yield question.error("no_text", "the question has no text", "write `text:` in the town's languages")
    for key, (types, why) in _OF_TYPE.items():
        if question[key].value and type not in types:
            yield question[key].error("not_of_type", f"`{key}` in a question of type `{type}`: {why}", "delete it")
    count = len(list(options.items))
    if type in _OPTIONED and not isinstance(options.value, list):
        yield question.error("no_options", f"a question of type `{type}` has options", "write two or more")
    elif type in _OPTIONED and count == 1:
        yield options.error("one_option", "only one option is no choice", "write two or more")
    if type in MATRICES and not question["rows"].value:
        yield question.error("no_rows", "a matrix has rows", "write what each row asks about")
    if isinstance(most := question["max_choices"].value, int) and most > count > 1:
        hint = f"at most {count}, or delete the line"
        yield question["max_choices"].error("max_choices", f"there are only {count} options to choose from", hint)
    yield from _free_texts(question, type)
    yield from _passed_over(question, type)
    yield from _picture(question["picture"], files)


def _free_texts(question: Spot, type: Type) -> Iterator[Finding]:
    free = [option["free_text"] for option in question["options"].items if option["free_text"].value is True]
    for spot in free if type not in CHOSEN else ():
        yield spot.error("not_of_type", "only where options are chosen one has words of its own", "delete the line")
    if question["max_characters"].value is not None and type not in WRITTEN and not free:
        message = f"`max_characters` in a question of type `{type}`: nothing is written"
        yield question["max_characters"].error("not_of_type", message, "delete it")


def _passed_over(question: Spot, type: Type) -> Iterator[Finding]:
    is_mandatory = question["mandatory"].value is True
    if type is Type.FILES and is_mandatory:
        message = "nobody can send a file by SMS, and so nobody could finish there"
        yield question["mandatory"].error("mandatory_files", message, "delete the line")
    if type in SILENT and is_mandatory:
        yield question["mandatory"].error("not_of_type", "nothing is asked here", "delete the line")


def _picture(picture: Spot, files: Files) -> Iterator[Finding]:
    if (name := picture["file"].text) is None:
        return
    data = files.source.files.get(name)
    if not media_type_of(name):
        yield picture["file"].error("picture", f"`{name}` is not a picture", "PNG, JPEG or WebP")
    elif data is None:
        yield picture["file"].error("picture", f"there is no file `{name}`", "its path begins in the town's folder")
    elif len(data) > _PICTURE_MOST:
        hint = f"at most {_PICTURE_MOST // 1000} kB: phones pay for it"
        yield picture["file"].error("picture", f"`{name}` has {len(data) // 1000} kB", hint)


def _condition(condition: Spot, question: Spot, earlier: Mapping[str, Spot], survey: Spot) -> Iterator[Finding]:
    named, test = condition["question"].text, condition["test"].text
    yield from _parts(condition, test)
    if named is None:
        return
    tested = earlier.get(named)
    if tested is None:
        yield _not_earlier(condition, named, question, earlier, survey)
        return
    type = type_at(tested)
    if type in SILENT:
        yield condition["question"].error("condition", f"`{named}` asks nothing", "name a question")
    elif test in (ConditionType.EQUAL, ConditionType.NOT_EQUAL):
        yield from _of_option(condition, tested, type)
    elif test == ConditionType.MATCH and type is not None and type not in WRITTEN | CHOSEN:
        yield condition["test"].error("condition", f"`match` cannot test a question of type `{type}`", "use answered")


def _parts(condition: Spot, test: str | None) -> Iterator[Finding]:
    """What the test needs is there, and nothing else."""
    for key, tests in (("option", {ConditionType.EQUAL, ConditionType.NOT_EQUAL}), ("pattern", {ConditionType.MATCH})):
        if condition[key].value is None and test in tests:
            yield condition.error("condition", f"`{test}` needs `{key}`", f"write `{key}:`")
        elif condition[key].value is not None and test in {*ConditionType} - tests:
            yield condition[key].error("condition", f"`{test}` has no `{key}`", "delete the line")
    for _, pattern in condition["pattern"].entries:
        try:
            check_pattern(pattern.text or "")
        except NotAPattern as failure:
            yield pattern.error("pattern", f"is not a regular expression: {failure}", "RE2: no look-around")


def _not_earlier(condition: Spot, named: str, question: Spot, earlier: Mapping[str, Spot], survey: Spot) -> Finding:
    every = {one["slug"].text for one in survey["questions"].items}
    if named in every:
        what = "itself" if named == question["slug"].text else f"`{named}`, which comes later"
        return condition["question"].error("condition", f"the condition tests {what}", "test an earlier question")
    hint = nearest(named, list(earlier)) if earlier else "it is the first question"
    return condition["question"].error("condition", f"there is no question `{named[:60]}`", hint)


def _of_option(condition: Spot, tested: Spot, type: Type | None) -> Iterator[Finding]:
    slug = condition["option"].text
    options = [one["slug"].text or "" for one in tested["options"].items]
    if type is not None and type not in CHOSEN:
        hint = "single_option and multiple_option can be tested so"
        message = f"`{condition['test'].text}` cannot test a question of type `{type}`"
        yield condition["test"].error("condition", message, hint)
    elif slug is not None and slug not in options:
        message = f"`{tested['slug'].text}` has no option `{slug[:60]}`"
        yield condition["option"].error("condition", message, nearest(slug, options) if options else "")


def _moved(survey: Spot, questions: Mapping[str, Spot]) -> Iterator[Finding]:
    """What a map leads to is there; that what it leads from was there is for `plan` to say, which knows it."""
    for moved in survey["moved"].items:
        led = [(new.text, new) for _, new in moved["questions"].entries]
        for slug, spot in [*led, *((slug, spot) for slug, spot in moved["options"].entries)]:
            if slug is not None and slug not in questions:
                yield spot.error("moved", f"there is no question `{slug[:60]}` now", nearest(slug, list(questions)))
        yield from _twice([slug for slug, _ in led], moved["questions"])
        for slug, options in moved["options"].entries:
            now = [one["slug"].text for one in questions[slug]["options"].items] if slug in questions else []
            for _, option in options.entries if slug in questions else ():
                if option.text is not None and option.text not in now:
                    message = f"`{slug}` has no option `{option.text[:60]}` now"
                    yield option.error("moved", message, nearest(option.text, [one or "" for one in now]))


def _twice(slugs: list[str | None], spot: Spot) -> Iterator[Finding]:
    for slug in {one for one in slugs if one is not None and slugs.count(one) > 1}:
        yield spot.error("moved", f"two questions would become `{slug}`", "lead one of them elsewhere")
