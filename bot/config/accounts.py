"""A tenant's own account on a channel; its secrets are names until someone serves with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.config.files.channels import TelegramPart


@dataclass(frozen=True, slots=True)
class SecretName:
    """Where a secret is: an environment variable, or a file."""

    variable: str = ""
    file: str = ""

    def __str__(self) -> str:
        return f"${{{self.variable}}}" if self.variable else self.file


@dataclass(frozen=True, slots=True)
class Account:
    """One account on one channel, owned by one tenant. `secret` proves a webhook's caller; None when polling."""

    tenant_id: str
    channel: str
    username: str
    mode: str
    """"webhook" or "poll"."""
    base_url: str
    rate: float
    token: SecretName
    secret: SecretName | None

    @property
    def lane(self) -> str:
        """The account's name in tables: "telegram:vilanova"."""
        return f"{self.channel}:{self.tenant_id}"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an account is served with; never printed."""

    token: str = field(repr=False)
    secret: str = field(repr=False)


class SecretsMissing(Exception):
    """An account cannot be served; the message names what is missing, never what is there."""


def telegram_account(tenant_id: str, telegram: TelegramPart) -> Account:
    """The account that a checked `channels.yaml` describes."""
    token = _name(telegram.token, telegram.token_file) or SecretName()
    secret = _name(telegram.secret, telegram.secret_file)
    return Account(
        tenant_id,
        "telegram",
        telegram.username or "",
        telegram.mode,
        telegram.base_url.rstrip("/"),
        float(telegram.rate),
        token,
        secret,
    )


def resolve(account: Account, environ: Mapping[str, str]) -> Credentials:
    """Read an account's secrets. Raises `SecretsMissing` with everything that is missing."""
    missing: list[str] = []
    token = _read(account.token, environ, missing)
    secret = _read(account.secret, environ, missing) if account.secret else ""
    if missing:
        raise SecretsMissing(f"{account.lane}: {'; '.join(missing)}")
    return Credentials(token, secret)


def _name(variable: str | None, file: str | None) -> SecretName | None:
    if variable is not None:
        return SecretName(variable=variable[2:-1])
    return SecretName(file=file) if file is not None else None


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
