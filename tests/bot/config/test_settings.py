"""Settings come from the environment; their secrets never show."""

from pathlib import Path

import pytest

from bot.config.settings import Settings, WrongSettings, settings


def test_there_is_a_default_for_all_that_a_first_try_needs() -> None:
    made = Settings()
    assert (made.database_url.get_secret_value(), made.tenants) == ("sqlite:///participabot.sqlite3", Path("tenants"))
    assert (made.host, made.port, made.log, made.key, made.public_url) == ("127.0.0.1", 8311, "console", None, None)


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTICIPABOT_KEY", "c2VjcmV0")
    monkeypatch.setenv("PARTICIPABOT_DATABASE_URL", "postgresql://me:hunter2@db/participabot")
    shown = f"{settings()!r} {settings()}"
    assert "c2VjcmV0" not in shown
    assert "hunter2" not in shown


def test_the_address_of_the_store_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://me:hunter2@db/participabot\n")
    monkeypatch.setenv("PARTICIPABOT_DATABASE_URL_FILE", str(tmp_path / "url"))
    assert settings().database_url.get_secret_value() == "postgresql://me:hunter2@db/participabot"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "hunter2", "PARTICIPABOT_PORT: "),
        ("PORT", "99999", "PARTICIPABOT_PORT: "),
        ("PUBLIC_URL", "http://bot.example.org", "PARTICIPABOT_PUBLIC_URL: is a public address without https"),
        ("LOG", "hunter2", "PARTICIPABOT_LOG: "),
        ("DATABASE_URL_FILE", "/nowhere", "PARTICIPABOT_DATABASE_URL_FILE: /nowhere cannot be read"),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"PARTICIPABOT_{name}", value)
    with pytest.raises(WrongSettings) as raised:
        settings()
    assert said in str(raised.value)
    assert "hunter2" not in str(raised.value)


def test_a_secret_is_given_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTICIPABOT_KEY", "c2VjcmV0")
    monkeypatch.setenv("PARTICIPABOT_KEY_FILE", "/run/key")
    with pytest.raises(WrongSettings, match="PARTICIPABOT_KEY and PARTICIPABOT_KEY_FILE are both set"):
        settings()
