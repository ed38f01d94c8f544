"""The store on a private MariaDB: migrations, rights of each database user, the walk through the use cases, connections broken at any byte."""

import os
import socket
import subprocess
import threading
import uuid

import pytest

from testbed.child import free_port, run
from testbed.installation import USERS, Installation
from testbed.mariadb import MariaDB
from testbed.web import SANITIZERS

WALK = os.path.join("tests", "store", "store_walk")
ADD_ONE = os.path.join("tests", "store", "add_one")


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory):
    server = MariaDB(str(tmp_path_factory.mktemp("db")))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def installation(mariadb, tmp_path_factory, source, build):
    made = Installation(str(tmp_path_factory.mktemp("site")), mariadb, source=source, build=build)
    made.write_config()
    made.prepare_database()
    return made


class RemoteDatabase(Installation):
    """Uses a database by TCP, whose users come from another address than localhost; sql/ is changed as its files say."""

    def sql_file(self, name):
        path = os.path.join(self.source, "sql", name)
        return run(["sed", 's/@localhost/@"127.0.0.1"/', path]).stdout.decode()


def test_users_from_another_address(tmp_path, source, build):
    server = MariaDB(str(tmp_path / "db"), port=free_port())
    server.start()
    try:
        far = RemoteDatabase(str(tmp_path / "site"), server, source=source, build=build)
        far.write_config(db_socket=None, db_host="127.0.0.1", db_port=server.port)
        far.prepare_database()
        far.prepare_database()  # as at an upgrade
        assert server.sql("SELECT DISTINCT Host FROM mysql.user WHERE User LIKE 'volmacht%'") == [["127.0.0.1"]]
        assert far.add_account("Ver weg")
        told = [line.split("volmacht_")[1] for line in far.cli("doctor").stdout.splitlines() if "volmacht_" in line]
        assert told == ["web"] * 2 + ["sweep"] * 3  # what is wrong would stand behind the name
        server.sql('REVOKE INSERT ON sweep_run FROM volmacht_sweep@"127.0.0.1"', database=far.schema)
        assert "INSERT sweep_run" in far.cli("doctor").stdout
    finally:
        server.stop()


# --- migrating ---

def test_migrate_can_be_repeated(installation):
    installation.must("migrate")
    assert installation.sql("SELECT COUNT(*) FROM schema_migration WHERE done_at IS NULL") == [["0"]]


def test_two_migrates_at_once(mariadb, tmp_path, source, build):
    both = Installation(str(tmp_path), mariadb, source=source, build=build, schema="twice")
    both.write_config()
    mariadb.sql("CREATE DATABASE twice CHARACTER SET utf8mb4")
    mariadb.sql("GRANT ALL PRIVILEGES ON * TO volmacht_owner@localhost", database="twice")
    running = [subprocess.Popen(both.command("migrate"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ, **SANITIZERS))
               for _ in range(3)]
    said = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], said
    numbers = sorted(int(name[:4]) for name in os.listdir(os.path.join(source, "sql", "migrations")) if name.endswith(".sql"))
    assert both.sql("SELECT version, done_at IS NULL FROM schema_migration ORDER BY version") == [[str(number), "0"] for number in numbers]


def test_an_interrupted_migration_is_detected_and_repeated(mariadb, tmp_path, source, build):
    half = Installation(str(tmp_path), mariadb, source=source, build=build, schema="half")
    half.write_config()
    mariadb.sql("CREATE DATABASE half CHARACTER SET utf8mb4")
    mariadb.sql("GRANT ALL PRIVILEGES ON * TO volmacht_owner@localhost", database="half")
    half.must("migrate")
    half.sql("DROP VIEW mail_key; DROP TABLE dkim_private_key; UPDATE schema_migration SET done_at = NULL")
    half.must("migrate")
    assert half.sql("SELECT COUNT(*) FROM mail_key") == [["0"]]
    assert half.sql("SELECT COUNT(*) FROM schema_migration WHERE done_at IS NULL") == [["0"]]


def test_sessions_are_as_their_users(mariadb, installation):
    """A session's copies of its user's and account's values change with them, by whichever statement; deleting a user deletes the sessions."""
    one, user = (f"0x{uuid.uuid4().hex}" for _ in range(2))
    copies = "SELECT account_name, email, role, language FROM session WHERE token_hash = REPEAT('s', 32)"
    installation.sql(f"INSERT INTO account VALUES ({one}, 'Bakker', 1); INSERT INTO user (id, account_id, email, password_hash, role, created_at) VALUES ({user}, {one}, 's@x.nl', '', 'admin', 1);"
                     "INSERT INTO session (token_hash, account_id, account_name, user_id, email, role, language, created_at, seen_at, expires_at) "
                     f"VALUES (REPEAT('s', 32), {one}, 'Bakker', {user}, 's@x.nl', 'admin', '', 1, 1, 1)")
    installation.sql("UPDATE user SET role = 'viewer', language = 'nl', email = 't@x.nl' WHERE email = 's@x.nl'; UPDATE account SET name = 'Slager' WHERE name = 'Bakker'")
    assert installation.sql(copies) == [["Slager", "t@x.nl", "viewer", "nl"]]
    for change in ("role = 'admin'", "email = 's@x.nl'", "account_name = 'Bakker'", "account_id = REPEAT('x', 16)"):
        assert "foreign key" in installation.sql(f"UPDATE session SET {change} WHERE token_hash = REPEAT('s', 32)", check=False)
    installation.sql("DELETE FROM user WHERE email = 't@x.nl'")
    assert installation.sql(copies) == []


# --- rights ---

FORBIDDEN = {
    "web": [
        "SELECT pem FROM dkim_private_key", "SELECT * FROM dkim_private_key", "SELECT key_id FROM dkim_private_key WHERE pem LIKE '%A%'",
        "SELECT CONCAT(pem) FROM dkim_private_key", "SELECT key_id FROM dkim_private_key ORDER BY pem", "SELECT COUNT(pem) FROM dkim_private_key",
        "INSERT INTO audit_event (id, account_id, domain_id, domain_name, addr, action, detail, at) SELECT key_id, key_id, key_id, 'x', '', 'x', pem, 1 FROM dkim_private_key",
        "SELECT * FROM mail_key", "SELECT * FROM mail_domain", "UPDATE audit_event SET addr = ''", "DELETE FROM audit_event",
        "DELETE FROM selector_tombstone", "UPDATE user SET account_id = account_id", "INSERT INTO account (id, name, created_at) VALUES (UNHEX('00'), 'x', 1)",
        "DROP TABLE domain", "CREATE TABLE t (i INT)", "ALTER TABLE domain ADD x INT", "CREATE USER u@localhost", "SELECT LOAD_FILE('/etc/hostname')  INTO @x",
        "SELECT 1 INTO OUTFILE '/tmp/volmacht-store-test'", "SELECT * FROM mysql.user", "GRANT SELECT ON domain TO volmacht_mail@localhost",
    ],
    "sweep": [
        "SELECT * FROM user", "SELECT * FROM session", "SELECT * FROM account", "SELECT key_id FROM dkim_private_key", "SELECT pem FROM dkim_private_key",
        "SELECT * FROM mail_key", "SELECT * FROM rate_limit", "SELECT detail FROM audit_event", "DELETE FROM domain", "UPDATE domain SET selector = 'x'",
        "UPDATE domain SET account_id = id", "INSERT INTO selector_tombstone (name, selector, deleted_at) VALUES ('a', 'b', 1)", "DROP TABLE domain",
    ],
    "mail": [
        "SELECT * FROM domain", "SELECT * FROM dkim_key", "SELECT key_id FROM dkim_private_key", "SELECT pem FROM dkim_private_key", "SELECT * FROM user",
        "UPDATE mail_domain SET selector = 'x'", "DELETE FROM mail_domain", "SELECT * FROM account", "DROP VIEW mail_key",
    ],
}
ALLOWED = {
    "web": ["SELECT key_id FROM dkim_private_key", "SELECT COUNT(*) FROM user", "DELETE FROM session WHERE expires_at < 0"],
    "sweep": ["SELECT COUNT(*) FROM domain", "SELECT COUNT(*) FROM dkim_key", "UPDATE domain SET checked_at = 1 WHERE id = UNHEX('00')",
              "SELECT id FROM audit_event WHERE account_id = UNHEX('00') LOCK IN SHARE MODE"],
    "mail": ["SELECT COUNT(*) FROM mail_domain", "SELECT COUNT(*) FROM mail_key"],
    "owner": ["SELECT COUNT(*) FROM dkim_private_key", "CREATE TABLE t_owner (i INT)", "DROP TABLE t_owner"],
}


@pytest.mark.parametrize("user,statement", [(u, s) for u, all_of in FORBIDDEN.items() for s in all_of])
def test_forbidden(installation, user, statement):
    if "LOAD_FILE" in statement:  # refused by answering NULL
        statement = "SELECT IF(LOAD_FILE('/etc/hostname') IS NULL, 'denied', 'read')"
    said = str(installation.sql(statement, user=user, check=False))
    assert "denied" in said or "not updatable" in said, said


@pytest.mark.parametrize("user,statement", [(u, s) for u, all_of in ALLOWED.items() for s in all_of])
def test_allowed(installation, user, statement):
    installation.sql(statement, user=user)


def test_users_without_a_password_are_locked(mariadb, source):
    assert set(USERS) == {"web", "sweep", "mail", "owner"}
    for user in USERS:
        said = mariadb.sql("SELECT 1", user=f"volmacht_{user}", check=False)
        assert "denied" in str(said) or "locked" in str(said), said


# --- the use cases ---

def test_walk(installation, build):
    env = dict(os.environ, **SANITIZERS, VOLMACHT_CONF=installation.config)
    installation.sql("SET GLOBAL sql_mode = ''")  # the program's connections set strict mode themselves
    done = subprocess.run([os.path.join(build, WALK)], env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_mail_sees_verified_domains_only(installation):
    """The views, by submitting account: after the walk at least one domain is verified, and others wait."""
    verified = installation.sql("SELECT LOWER(HEX(account_id)), name, selector FROM domain WHERE status = 'verified' ORDER BY name, account_id")
    seen = installation.sql("SELECT account, domain, selectors, bounce_domain FROM mail_domain ORDER BY domain, account", user="mail")
    assert [[uuid.UUID(a).hex, d, s] for a, d, s, _ in seen] == verified
    assert verified and all(bounce == f"bounce.{domain}" for _, domain, _, bounce in seen)
    keys = installation.sql("SELECT account, domain, selector, LEFT(private_key, 27) FROM mail_key ORDER BY domain, account", user="mail")
    assert [k[:3] for k in keys] == [s[:3] for s in seen] and all(k[3] == "-----BEGIN PRIVATE KEY-----" for k in keys)


def test_counts_are_what_is_there(installation):
    counted = installation.sql("SELECT HEX(account_id), SUM(status = 'pending'), SUM(status = 'verified'), SUM(status = 'lost') FROM domain "
                               "GROUP BY account_id ORDER BY 1")
    kept = installation.sql("SELECT HEX(account_id), pending, verified, lost FROM domain_count WHERE pending + verified + lost > 0 ORDER BY 1")
    assert counted == kept


# --- connections that break ---

class BreakingProxy:
    """A Unix-socket proxy that breaks one connection after a number of bytes in one direction; later connections are complete."""

    def __init__(self, folder, upstream):
        self.path = os.path.join(folder, "proxy.sock")
        self.upstream = upstream
        self.limit = None  # ("up" or "down", bytes) of the next connection; None: unlimited
        self.passed = {"up": 0, "down": 0}
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(16)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            limit, self.limit = self.limit, None
            server = socket.socket(socket.AF_UNIX)
            server.connect(self.upstream)
            self.passed = passed = {"up": 0, "down": 0}
            for direction, source, target in (("up", client, server), ("down", server, client)):
                threading.Thread(target=self.pump, args=(direction, source, target, limit, passed), daemon=True).start()

    @staticmethod
    def pump(direction, source, target, limit, passed):
        try:
            while True:
                data = source.recv(65536)
                if limit and limit[0] == direction and passed[direction] + len(data) >= limit[1]:
                    target.sendall(data[:limit[1] - passed[direction]])
                    break
                if not data:
                    break
                passed[direction] += len(data)
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


@pytest.fixture
def proxy(mariadb, tmp_path):
    made = BreakingProxy(str(tmp_path), mariadb.socket)
    yield made
    made.listener.close()


def test_a_connection_broken_at_any_byte(installation, proxy, build):
    """Broken in either direction: after "added" the row exists once, after "failed" not at all; most are added."""
    account = installation.add_account("Afgebroken")

    def add(name):
        done = run([os.path.join(build, ADD_ONE), proxy.path, "volmacht", "volmacht_web", installation.password("web"), account, name], check=True,
                   env=SANITIZERS)
        return done.stdout.decode().strip()

    assert add("heel.nl") == "added"
    total = dict(proxy.passed)
    outcomes = {}
    for direction in ("up", "down"):
        # Each of the last bytes, where the COMMIT is; samples of those before.
        places = sorted({*range(1, total[direction], max(1, total[direction] // 40)), *range(max(1, total[direction] - 24), total[direction] + 1)})
        for place in places:
            proxy.limit = (direction, place)
            name = f"{direction}-{place}.nl"
            outcome = add(name)
            outcomes[name] = outcome
            there = installation.sql(f"SELECT COUNT(*) FROM domain WHERE name = '{name}'")
            events = installation.sql(f"SELECT COUNT(*) FROM audit_event WHERE domain_name = '{name}'")
            assert there == events == [["1" if outcome == "added" else "0"]], f"{name}: {outcome}, {there} rows, {events} events"
    assert set(outcomes.values()) <= {"added", "failed"}
    added = sum(outcome == "added" for outcome in outcomes.values())
    assert added >= 0.7 * len(outcomes), outcomes
    kept = installation.sql("SELECT c.pending FROM domain_count c JOIN account a ON a.id = c.account_id WHERE a.name = 'Afgebroken'")
    assert kept == [[str(added + 1)]]
