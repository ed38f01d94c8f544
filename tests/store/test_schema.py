"""The schema's version is checked first: with an older, a newer or no schema every command and page says so and writes nothing."""

import os
import re

import pytest

from testbed.installation import Installation
from testbed.site import fresh_domain

NUMBER = re.compile(r"schema (\d+)( \(half done\))?, this program needs (\d+)")


def needed(source):
    return max(int(name[:4]) for name in os.listdir(os.path.join(source, "sql", "migrations")) if name.endswith(".sql"))


@pytest.fixture(scope="module")
def shop(own_site):
    """A site with an account, a domain and a user."""
    site = own_site()
    site.shop = site.account()
    site.name = fresh_domain()
    site.shop.client().add_domain(site.name)
    return site


def commands(shop):
    account = shop.shop.id
    return [["account", "add", "Nieuw"], ["user", "add", "--account", account, "--email", "nieuw@voorbeeld.nl"], ["user", "list", "--account", account],
            ["credential", "add", "--account", account], ["domain", "add", "--account", account, fresh_domain()], ["domain", "list", "--account", account],
            ["domain", "show", "--account", account, shop.name], ["domain", "check", "--account", account, shop.name],
            ["domain", "delete", "--account", account, shop.name], ["sweep"], ["sweep", "--nightly"], ["doctor"]]


def rows(shop):
    return {table: shop.installation.sql(f"SELECT COUNT(*) FROM {table}") for table in ("account", "user", "domain", "mail_credential", "sweep_run", "audit_event", "dns_check")}


OLDER = "UPDATE schema_migration SET version = version - 1 ORDER BY version"
NEWER = "INSERT INTO schema_migration (version, name, begun_at, done_at) SELECT MAX(version) + 1, 'of tomorrow', 1, 1 FROM schema_migration"
HALF = "UPDATE schema_migration SET done_at = NULL ORDER BY version DESC LIMIT 1"
BACK = "DELETE FROM schema_migration WHERE name = 'of tomorrow' OR version = 0"


@pytest.fixture(params=["older", "newer", "half"])
def other_schema(request, shop):
    """The version of the schema, and the statement that restores it."""
    here = needed(shop.installation.source)
    shop.installation.sql({"older": OLDER, "newer": NEWER, "half": HALF}[request.param])
    yield {"older": here - 1, "newer": here + 1, "half": here}[request.param], request.param
    shop.installation.sql(BACK)
    shop.installation.must("migrate")


def test_every_command_checks_the_schema_first(shop, other_schema):
    number, kind = other_schema
    before = rows(shop)
    for words in commands(shop):
        done = shop.installation.cli(*words, stdin="een lang wachtwoord\n")
        said = NUMBER.search(done.stderr + done.stdout)
        assert done.returncode == 1 and said, (words, done)
        assert (int(said[1]), int(said[3])) == (number, needed(shop.installation.source)) and bool(said[2]) == (kind == "half"), said[0]
        assert (f"{said[0]}: run volmacht migrate" in done.stderr + done.stdout) == (kind != "newer")
    assert rows(shop) == before


def test_help_and_version_need_no_schema(shop, other_schema):
    assert shop.installation.cli("--version").returncode == 0 and shop.installation.cli("--help").returncode == 0
    assert shop.installation.cli("sweep", "--nonsense").returncode == 2


def test_pages_say_503_and_recover(shop, other_schema):
    number, kind = other_schema
    shop.installation.stop()
    shop.start_web()  # as after a reboot: without open connections
    client = shop.client()
    assert client.get("/healthz").status_code == 503
    answer = client.post("/login", {"email": shop.shop.email, "password": shop.shop.password}, csrf=client.page("/login").csrf)
    assert answer.status_code == 503
    assert f"schema {number}" in shop.installation.logs() and "database_not_ready" in shop.installation.logs()
    if kind == "newer":
        shop.installation.sql(BACK)
    else:
        shop.installation.must("migrate")
    assert client.get("/healthz").status_code == 200
    assert shop.shop.client().get("/settings/domains").status_code == 200


def test_migrate_refuses_a_newer_schema(shop):
    shop.installation.sql(NEWER)
    try:
        done = shop.installation.cli("migrate")
        assert done.returncode == 1 and NUMBER.search(done.stderr), done
    finally:
        shop.installation.sql(BACK)


def test_without_any_schema(shop, tmp_path, source, build):
    empty = Installation(str(tmp_path), shop.mariadb, source=source, build=build, schema="empty")
    empty.write_config()
    shop.mariadb.sql("CREATE DATABASE empty CHARACTER SET utf8mb4")
    shop.mariadb.sql("GRANT ALL PRIVILEGES ON * TO volmacht_owner@localhost", database="empty")
    done = empty.cli("account", "add", "Nieuw")
    assert done.returncode == 1 and "schema 0, this program needs" in done.stderr and "run volmacht migrate" in done.stderr, done
    empty.must("migrate")
    assert empty.add_account("Nieuw")
