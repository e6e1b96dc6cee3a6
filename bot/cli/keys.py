"""The keys of the installation, for commands that read or write addresses."""

from bot.cli.folder import problem
from bot.config.settings import Settings
from storage.keys import KeyProblem, Keys


def installation_keys(settings: Settings) -> Keys:
    """The keys of the settings, or an end with exit code 1."""
    try:
        if settings.key is not None:
            return Keys.from_text(settings.key.get_secret_value())
        if settings.key_file is not None:
            return Keys.from_file(settings.key_file)
        return Keys()
    except KeyProblem as wrong:
        problem(f"Addresses cannot be sealed: {wrong}.")
