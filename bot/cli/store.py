"""The store as commands open it, and who runs them."""

import getpass
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from bot.cli.folder import current_settings, problem
from storage.database import Store
from storage.keys import Keys
from storage.schema import SchemaProblem, require_head


@contextmanager
def store_without_addresses() -> Iterator[Store]:
    """The store, for work that neither seals nor opens an address: it needs no key.

    Ends with exit code 1 where there is no store or it is of another version.
    """
    url = current_settings().database_url.get_secret_value()
    try:
        require_head(url)
        store = Store(url, Keys(secrets.token_bytes(32)))
    except SchemaProblem as wrong:
        problem(f"The store is not ready: {wrong}")
    except SQLAlchemyError as failure:
        problem(f"The store cannot be opened: {type(failure).__name__}. Look at PARTICIPABOT_DATABASE_URL.")
    try:
        yield store
    finally:
        store.close()


def operator() -> str:
    """Who runs the command, for the audit log."""
    try:
        return f"staff:{getpass.getuser()}"
    except (KeyError, OSError):
        return "staff:operator"
