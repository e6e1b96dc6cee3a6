"""Secrets are names until someone serves with them."""

from pathlib import Path

import pytest

from bot.config.accounts import SecretsMissing, resolve
from bot.config.load import load
from tests.bot.config.vilabona import changed, good


def test_secrets_come_from_the_environment() -> None:
    account = load(good()).accounts[0]
    environ = {"TELEGRAM_TOKEN_VILABONA": "123:AAH", "TELEGRAM_SECRET_VILABONA": "s3cr3t"}
    credentials = resolve(account, environ)
    assert credentials == {"token": "123:AAH", "secret": "s3cr3t"}
    assert account.lane == "telegram:vilabona"


def test_secrets_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("123:AAH\n")
    source = changed("channels.yaml", "token: ${TELEGRAM_TOKEN_VILABONA}", f"token_file: {tmp_path}/token")
    credentials = resolve(load(source).accounts[0], {"TELEGRAM_SECRET_VILABONA": "s3cr3t"})
    assert credentials["token"] == "123:AAH"


def test_secrets_do_not_show_in_print() -> None:
    account = load(good()).accounts[0]
    credentials = resolve(account, {"TELEGRAM_TOKEN_VILABONA": "123:AAH", "TELEGRAM_SECRET_VILABONA": "s3cr3t"})
    assert "AAH" not in f"{account!r} {credentials!r} {credentials}"
    assert "s3cr3t" not in repr(credentials)


def test_everything_that_is_missing_is_named_at_once() -> None:
    source = changed("channels.yaml", "token: ${TELEGRAM_TOKEN_VILABONA}", "token_file: /nowhere/token")
    with pytest.raises(SecretsMissing) as raised:
        resolve(load(source).accounts[0], {})
    assert str(raised.value) == (
        "telegram:vilabona: the file /nowhere/token cannot be read (No such file or directory); "
        "the environment variable TELEGRAM_SECRET_VILABONA is not set"
    )


def test_a_bot_that_polls_needs_no_secret() -> None:
    source = changed("channels.yaml", "  secret: ${TELEGRAM_SECRET_VILABONA}\n  username", "  mode: poll\n  username")
    text = source.files["channels.yaml"].replace(b"  mode: webhook\n", b"")
    account = load(type(source)(source.id, {**source.files, "channels.yaml": text})).accounts[0]
    assert resolve(account, {"TELEGRAM_TOKEN_VILABONA": "123:AAH"}) == {"token": "123:AAH"}
