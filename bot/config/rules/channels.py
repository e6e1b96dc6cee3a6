"""Rules of the accounts: one way to the token, and what a webhook needs."""

from collections.abc import Iterator

from bot.config.finding import Finding
from bot.config.reading import Files
from bot.config.spot import Spot

PLATFORM = "platform"
_HINT = "or `account: platform` to speak through the platform's"


def findings(files: Files) -> Iterator[Finding]:
    """What is wrong in `channels.yaml`."""
    if files.channels is None:
        return
    telegram = files.channels.spot["telegram"]
    if not isinstance(telegram.value, dict):
        return
    if telegram["account"].value == PLATFORM:
        if files.platform is not None:
            yield telegram["account"].error("account", "the platform has accounts of its own only", "name its token")
        for key, spot in telegram.entries:
            if key in ("token", "token_file", "secret", "secret_file", "username", "mode", "base_url", "rate"):
                yield spot.error("account", f"`{key}` is not used with `account: platform`", "delete the line")
        return
    yield from _own(telegram)


def _own(telegram: Spot) -> Iterator[Finding]:
    yield from _one_of(telegram, "token", f"the bot has no token: write `token: ${{NAME}}` or `token_file`, {_HINT}")
    if telegram["mode"].value in (None, "webhook"):
        yield from _one_of(
            telegram, "secret", "a webhook needs a `secret: ${NAME}` or `secret_file`, else `mode: poll`"
        )
    if telegram["username"].value is None:
        hint = "for example `username: vilanova_bot`"
        yield telegram.error("missing", "`telegram.username` is missing: links to the bot are made with it", hint)


def _one_of(telegram: Spot, name: str, message: str) -> Iterator[Finding]:
    given = [key for key in (name, f"{name}_file") if telegram[key].value is not None]
    if not given:
        yield telegram.error(f"no_{name}", message)
    if len(given) == 2:
        yield telegram[given[1]].error("two_secrets", f"`{given[0]}` and `{given[1]}` are both given", "delete one")
