"""A tenant's own accounts on its channels; their secrets are names until someone serves with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.config.files.channels import ChannelsFile, EmailPart, Part, SmsPart, TelegramPart, WhatsappPart

PLATFORM = "platform"
CHANNELS: Mapping[str, type[Part]] = {
    "telegram": TelegramPart,
    "sms": SmsPart,
    "whatsapp": WhatsappPart,
    "email": EmailPart,
}
"""The channels that `channels.yaml` knows, and what it says of an account on each."""
_SECRETS = ("token", "second_token", "secret", "password")


@dataclass(frozen=True, slots=True)
class SecretName:
    """Where a secret is: an environment variable, or a file."""

    variable: str = ""
    file: str = ""

    def __str__(self) -> str:
        return f"${{{self.variable}}}" if self.variable else self.file


@dataclass(frozen=True, slots=True)
class Account:
    """One account on one channel, owned by one tenant: what its file says, and where its secrets are, by key."""

    tenant_id: str
    channel: str
    part: Part
    secrets: Mapping[str, SecretName]

    @property
    def lane(self) -> str:
        """The account's name in tables: "telegram:vilanova"."""
        return f"{self.channel}:{self.tenant_id}"


class Secrets(dict[str, str]):
    """An account's secrets by key ("token"); never printed."""

    def __repr__(self) -> str:
        return f"Secrets({', '.join(self)})"

    __str__ = __repr__


class SecretsMissing(Exception):
    """An account cannot be served; the message names what is missing, never what is there."""


def accounts_in(tenant_id: str, channels: ChannelsFile) -> tuple[Account, ...]:
    """The accounts of the tenant's own that a checked `channels.yaml` describes."""
    return tuple(
        Account(tenant_id, channel, part, dict(_secrets(part)))
        for channel, part in _parts(channels)
        if part.account != PLATFORM
    )


def shared_in(channels: ChannelsFile) -> frozenset[str]:
    """The channels on which it speaks through the platform's account."""
    return frozenset(channel for channel, part in _parts(channels) if part.account == PLATFORM)


def resolve(account: Account, environ: Mapping[str, str]) -> Secrets:
    """Read an account's secrets. Raises `SecretsMissing` with everything that is missing."""
    missing: list[str] = []
    secrets = Secrets({key: _read(name, environ, missing) for key, name in account.secrets.items()})
    if missing:
        raise SecretsMissing(f"{account.lane}: {'; '.join(missing)}")
    return secrets


def _parts(channels: ChannelsFile) -> Iterator[tuple[str, Part]]:
    for channel in CHANNELS:
        part = getattr(channels, channel)
        if part is not None:
            yield channel, part


def _secrets(part: Part) -> Iterator[tuple[str, SecretName]]:
    for key in _SECRETS:
        variable, file = getattr(part, key, None), getattr(part, f"{key}_file", None)
        if variable is not None:
            yield key, SecretName(variable=variable[2:-1])
        elif file is not None:
            yield key, SecretName(file=file)


def _read(name: SecretName, environ: Mapping[str, str], missing: list[str]) -> str:
    if name.variable:
        value = environ.get(name.variable, "").strip()
        if not value:
            missing.append(f"the environment variable {name.variable} is not set")
        return value
    try:
        value = Path(name.file).read_text().strip()
    except (OSError, UnicodeDecodeError) as failure:
        reason = failure.strerror if isinstance(failure, OSError) else "not text"
        missing.append(f"the file {name.file} cannot be read ({reason})")
        return ""
    if not value:
        missing.append(f"the file {name.file} is empty")
    return value
