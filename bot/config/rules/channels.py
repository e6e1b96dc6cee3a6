"""Rules of the accounts: what each channel's needs, and nothing else beside `account: platform`."""

import re
from collections.abc import Callable, Iterator, Mapping

from bot.config.accounts import CHANNELS, PLATFORM
from bot.config.finding import Finding
from bot.config.reading import Files
from bot.config.spot import Spot
from channels.email_tokens import LONGEST_LOCAL

_HINT = "or `account: platform` to speak through the platform's"


def findings(files: Files) -> Iterator[Finding]:
    """What is wrong in `channels.yaml`."""
    if files.channels is None:
        return
    for channel in CHANNELS:
        spot = files.channels.spot[channel]
        if not isinstance(spot.value, dict):
            continue
        if spot["account"].value == PLATFORM:
            yield from _shared(channel, spot, is_platform=files.platform is not None)
        else:
            yield from _OWN[channel](spot)


def _shared(channel: str, spot: Spot, is_platform: bool) -> Iterator[Finding]:
    if is_platform:
        yield spot["account"].error("account", "the platform has accounts of its own only", "name its account")
    for key, written in spot.entries:
        if key != "account" and key in CHANNELS[channel].model_fields:
            yield written.error("account", f"`{key}` is not used with `account: platform`", "delete the line")


def _telegram(spot: Spot) -> Iterator[Finding]:
    yield from _one_of(spot, "token", f"the bot has no token: write `token: ${{NAME}}` or `token_file`, {_HINT}")
    if spot["mode"].value in (None, "webhook"):
        yield from _one_of(spot, "secret", "a webhook needs a `secret: ${NAME}` or `secret_file`, else `mode: poll`")
    yield from _needed(spot, "telegram", "username", "links to the bot are made with it", "`username: vilanova_bot`")


def _sms(spot: Spot) -> Iterator[Finding]:
    yield from _paid(spot, "sms")


def _whatsapp(spot: Spot) -> Iterator[Finding]:
    yield from _paid(spot, "whatsapp")


def _paid(spot: Spot, channel: str) -> Iterator[Finding]:
    why = "it names the account at Twilio"
    yield from _needed(spot, channel, "account_sid", why, "`account_sid: AC…`, from Twilio's console")
    yield from _one_of(spot, "token", f"the account has no token: write `token: ${{NAME}}` or `token_file`, {_HINT}")
    yield from _at_most_one(spot, "second_token", "second_token_file")
    if spot["number"].value is None and spot["service"].value is None:
        yield spot.error("missing", f"`{channel}` has no sender", "write its `number`, or its Messaging `service`")


def _email(spot: Spot) -> Iterator[Finding]:
    yield from _needed(spot, "email", "address", "people write to it", "`address: participa@vilanova.example.org`")
    yield from _needed(spot, "email", "smtp_host", "mail leaves by it", "`smtp_host: smtp.vilanova.example.org`")
    yield from _at_most_one(spot, "password", "password_file")
    local = str(spot["address"].value or "").rpartition("@")[0]
    if local and not _LOCAL.fullmatch(local):
        hint = "answers come to it with a token behind a plus: use at most 25 letters, digits, dots or hyphens"
        yield spot["address"].error("local_part", "cannot be answered: too long or unusual before the @", hint)
    if spot["incoming"].value == "imap":
        yield from _needed(
            spot, "email", "imap_host", "mail is fetched there", "`imap_host: imap.vilanova.example.org`"
        )
        yield from _needed(spot, "email", "user", "it opens the mailbox", "`user: participa@vilanova.example.org`")
        yield from _one_of(spot, "password", "a mailbox needs a `password: ${NAME}` or `password_file`")
    for key in ("smtp", "imap"):
        if spot[f"{key}_security"].value == "none" and spot[f"{key}_host"].value not in _LOOPBACK:
            hint = "`none` is for a server on this machine (localhost)"
            yield spot[f"{key}_security"].error("security", "would send the password and the mail in the clear", hint)


_LOCAL = re.compile(rf"[A-Za-z0-9._-]{{1,{LONGEST_LOCAL}}}")
_LOOPBACK = (None, "localhost", "127.0.0.1", "::1")
_OWN: Mapping[str, Callable[[Spot], Iterator[Finding]]] = {
    "telegram": _telegram,
    "sms": _sms,
    "whatsapp": _whatsapp,
    "email": _email,
}


def _needed(spot: Spot, channel: str, key: str, why: str, example: str) -> Iterator[Finding]:
    if spot[key].value is None:
        yield spot.error("missing", f"`{channel}.{key}` is missing: {why}", f"for example {example}")


def _one_of(spot: Spot, name: str, message: str) -> Iterator[Finding]:
    if spot[name].value is None and spot[f"{name}_file"].value is None:
        yield spot.error(f"no_{name}", message)
    yield from _at_most_one(spot, name, f"{name}_file")


def _at_most_one(spot: Spot, *names: str) -> Iterator[Finding]:
    given = [key for key in names if spot[key].value is not None]
    if len(given) == 2:
        yield spot[given[1]].error("two_secrets", f"`{given[0]}` and `{given[1]}` are both given", "delete one")
