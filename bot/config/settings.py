"""Where this installation runs and with what: environment variables that begin with PARTICIPABOT_."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.config.kinds import https

MEDIA = Path("media")

_PREFIX = "PARTICIPABOT_"


class WrongSettings(Exception):
    """An environment variable is wrong; the message names each, never its value."""


class Settings(BaseSettings):
    """Read once at the start. Secrets never show in print; each may stand in a file instead (`…_FILE`)."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True)

    database_url: SecretStr = SecretStr("sqlite:///participabot.sqlite3")
    """The store; may hold a password, so it never shows in print."""
    database_url_file: Path | None = None
    key: SecretStr | None = None
    """32 random bytes, base64: seals addresses. Without it and its file there is no serving."""
    key_file: Path | None = None
    tenants: Path = Path("tenants")
    media: Path = MEDIA
    """Where the photos and documents are that people send: to be backed up with the store."""
    host: str = "127.0.0.1"
    port: int = Field(default=8311, ge=0, le=65535)
    public_url: Annotated[str, AfterValidator(https)] | None = None
    """Where providers reach us."""
    lmtp_host: str = "127.0.0.1"
    lmtp_port: int | None = Field(default=None, ge=0, le=65535)
    """Where the mail server brings mail. Off unless it, or the socket below, is given."""
    lmtp_socket: Path | None = None
    """The same at a path of the file system."""
    log: Literal["console", "json"] = "console"
    console_secret: SecretStr | None = None
    """Opens the terminal's routes, on loopback, to programs that show it."""
    messages_per_minute: int = Field(default=120, ge=10)
    """From one address; whoever writes faster is told once, then not heard for the rest of the minute."""

    @model_validator(mode="after")
    def _files_are_read(self) -> "Settings":
        for name in ("database_url", "key"):
            path: Path | None = getattr(self, f"{name}_file")
            if path is None:
                continue
            if name in self.model_fields_set:
                raise ValueError(f"{_PREFIX}{name.upper()} and {_PREFIX}{name.upper()}_FILE are both set")
            if name == "database_url":
                object.__setattr__(self, name, SecretStr(_read(path, name)))
        return self


def settings() -> Settings:
    """The settings of this process. Raises `WrongSettings`."""
    try:
        return Settings()
    except ValidationError as failure:
        raise WrongSettings(
            "; ".join(
                _sentence(str(one["loc"][0]) if one["loc"] else "", one["msg"])
                for one in failure.errors(include_input=False)
            )
        ) from None


def _read(path: Path, name: str) -> str:
    try:
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"{_PREFIX}{name.upper()}_FILE: {path} cannot be read") from None


def _sentence(name: str, message: str) -> str:
    message = message.removeprefix("Value error, ")
    return f"{_PREFIX}{name.upper()}: {message}" if name else message
