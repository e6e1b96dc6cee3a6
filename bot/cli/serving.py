"""What commands that serve share: the keys, a store that is ready, and an app that is refused if it cannot serve."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

import typer
from sqlalchemy.exc import SQLAlchemyError

from bot.app import App
from bot.cli.folder import err, problem
from bot.config.settings import Settings
from bot.single import Taken, sole_server
from storage.keys import Keys
from storage.participants import missing_keys
from storage.schema import SchemaProblem, require_head


@contextmanager
def ready_store(settings: Settings) -> Iterator[str]:
    """The URL of a store that this process may serve alone, or an end with exit code 1."""
    url = settings.database_url.get_secret_value()
    try:
        require_head(url)
        with sole_server(url):
            yield url
    except SchemaProblem as wrong:
        problem(f"The store is not ready: {wrong}")
    except Taken as taken:
        problem(f"{taken}. Stop it first, or talk to it with `participabot chat --url`.")
    except SQLAlchemyError as failure:
        problem(f"The store cannot be opened: {type(failure).__name__}. Look at PARTICIPABOT_DATABASE_URL.")


@asynccontextmanager
async def running(
    settings: Settings, url: str, keys: Keys, environ: Mapping[str, str], *, is_polling: bool = False, is_strict: bool
) -> AsyncIterator[App]:
    """An app that has started, stopped in the end; ends with exit code 1 where a town cannot be served as it should."""
    secret = settings.console_secret.get_secret_value() if settings.console_secret else ""
    app = App(
        url,
        keys,
        is_polling=is_polling,
        environ=environ,
        console_secret=secret,
        needs_secrets=is_strict,
        public_url=settings.public_url or "",
        media=settings.media,
        messages_per_minute=settings.messages_per_minute,
    )
    try:
        # Before anything starts: a message that cannot be opened would count as failed.
        missing = await app.store.no_tenant(lambda db: missing_keys(db, keys))
        if missing:
            problem(f"Addresses in the store need the key {', '.join(sorted(missing))}: add it after the newest one.")
        await app.start()
        for why in app.towns.problems.values():
            err.print(f"Not served: {why}")
        if is_strict and app.towns.problems:
            raise typer.Exit(1)
        if not app.towns.all():
            problem("No town is served yet: run `participabot apply`.")
        yield app
    finally:
        await app.stop()
