"""Rules of a survey: its questions and what they offer."""

from collections.abc import Iterator

from bot.config.finding import Finding
from bot.config.reading import Files
from bot.config.rules.duplicates import repeated_slugs


def findings(files: Files) -> Iterator[Finding]:
    """What is wrong in the surveys, file by file."""
    for survey in files.surveys:
        yield from repeated_slugs(survey.spot["questions"])
        for question in survey.spot["questions"].items:
            options = question["options"]
            yield from repeated_slugs(options)
            if isinstance(options.value, list) and len(options.value) == 1:
                yield options.error("one_option", "only one option is no choice", "write two or more")
            if options.value and question["max_characters"].value is not None:
                hint = "delete one of the two"
                message = "a question is a choice (`options`) or short words (`max_characters`), not both"
                yield question["max_characters"].error("two_kinds", message, hint)
