"""The command line: every command, its exit codes, its exact JSON."""

import json
import os
import re
import signal
import subprocess
import time

import pytest

from testbed.site import fresh_domain

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
DOMAIN_KEYS = ["id", "account", "name", "unicode", "status", "created_at", "verified_at", "checked_at", "records"]
RECORD_KEYS = ["record", "host", "type", "value", "required", "verdict", "findings", "found"]
CHECK_KEYS = ["trigger", "at", "ms", "status_before"]


@pytest.fixture(scope="session")
def volmacht(site):
    return site.installation


@pytest.fixture
def tenant(volmacht):
    return volmacht.add_account("Klant")


@pytest.fixture
def added(volmacht, tenant):
    name = fresh_domain()
    volmacht.must("domain", "add", "--account", tenant, name)
    return name


def test_account_add_prints_the_id_alone(volmacht):
    done = volmacht.cli("account", "add", "Bakkerij d'Été & Zonen <b>")
    assert done.returncode == 0 and re.fullmatch(UUID + "\n", done.stdout) and done.stderr == ""


@pytest.mark.parametrize("name", ["", "a" * 201, "a\nb", "\x1b[31m", "a\x7f"])
def test_account_name_refused(volmacht, name):
    done = volmacht.cli("account", "add", name)
    assert done.returncode == 1 and done.stdout == "" and "\x1b" not in done.stderr


def test_user_add(volmacht, tenant):
    email = f"a-{fresh_domain()}"
    email = f"x@{email}"
    assert volmacht.cli("user", "add", "--account", tenant, "--email", email, stdin="lang-genoeg-1\n").returncode == 0
    assert volmacht.cli("user", "add", "--account", tenant, "--email", email, stdin="lang-genoeg-1\n").returncode == 1
    assert volmacht.cli("user", "add", "--account", tenant, "--email", email.upper(), stdin="lang-genoeg-1\n").returncode == 1
    assert volmacht.cli("user", "add", "--account", tenant, "--email", "v" + email, "--role", "viewer", stdin="lang-genoeg-1").returncode == 0


@pytest.mark.parametrize("email,password", [("geen-adres", "lang-genoeg-1\n"), ("a@klant.example\nBcc: x", "lang-genoeg-1\n"), ("a@klant.example", "kort\n"), ("a@klant.example", ""),
                                            ("a@klant.example", "x" * 1025 + "\n"), ("", "lang-genoeg-1\n")])
def test_user_refused(volmacht, tenant, email, password):
    done = volmacht.cli("user", "add", "--account", tenant, "--email", email, stdin=password)
    assert done.returncode == 1 and done.stderr


def test_users_are_listed_changed_and_removed(volmacht):
    tenant = volmacht.add_account("Klant met gebruikers")
    first, second = f"een@{fresh_domain()}", f"twee@{fresh_domain()}"

    def user(word, email, *more, stdin="", account=tenant):
        return volmacht.cli("user", word, "--account", account, "--email", email, *more, stdin=stdin)
    volmacht.add_user(tenant, first, "lang-genoeg-1")
    volmacht.add_user(tenant, second, "lang-genoeg-2", "viewer")
    assert volmacht.must("user", "list", "--account", tenant).split("\n") == [f"admin {first}", f"viewer {second}"]
    for done in (user("role", first, "--role", "viewer"), user("remove", first)):
        assert done.returncode == 1 and first in done.stderr
    assert user("role", second.upper(), "--role", "admin").returncode == 0 and user("role", first, "--role", "viewer").returncode == 0
    assert volmacht.must("user", "list", "--account", tenant).split("\n") == [f"viewer {first}", f"admin {second}"]
    before = volmacht.sql(f"SELECT password_hash FROM user WHERE email = '{first}'")
    assert user("password", first, stdin="kort\n").returncode == 1
    assert volmacht.sql(f"SELECT password_hash FROM user WHERE email = '{first}'") == before
    assert user("password", first, stdin="lang-genoeg-3\n").returncode == 0
    assert volmacht.sql(f"SELECT password_hash FROM user WHERE email = '{first}'") != before
    other = volmacht.add_account("Een ander")
    for word, more, stdin in (("role", ["--role", "admin"], ""), ("remove", [], ""), ("password", [], "lang-genoeg-4\n")):
        done = user(word, first, *more, stdin=stdin, account=other)
        assert done.returncode == 1 and first in done.stderr
    assert volmacht.must("user", "list", "--account", other) == ""
    assert user("remove", first).returncode == 0 and user("remove", first).returncode == 1
    assert volmacht.must("user", "list", "--account", tenant) == f"admin {second}"


def test_user_of_no_account(volmacht):
    assert volmacht.cli("user", "add", "--account", "0193d000-0000-7000-8000-000000000001", "--email", "a@b.example", stdin="lang-genoeg-1\n").returncode == 1


@pytest.mark.parametrize("words", [[], ["nope"], ["domain"], ["domain", "show"], ["domain", "nope", "--account", "x", "y"], ["user", "add"], ["account"], ["account", "add"],
                                   ["account", "add", "a", "b"], ["migrate", "x"], ["sweep", "--nope"], ["sweep", "x"], ["domain", "list", "--account"], ["--nope"],
                                   ["doctor", "x"], ["user", "list"], ["user", "list", "--account", "x", "--email", "y"], ["user", "remove", "--account", "x"],
                                   ["user", "role", "--account", "x", "--email", "y"], ["user", "role", "--account", "x", "--email", "y", "--role", "owner"],
                                   ["user", "remove", "--account", "x", "--email", "y", "--role", "admin"], ["domain", "add", "--account", "x", "a", "b"], ["sweep", "--nightly", "--every-midnight"]])
def test_usage(volmacht, words):
    done = volmacht.cli(*words)
    assert done.returncode == 2 and done.stdout == "" and done.stderr


def test_show_is_as_fixed(volmacht, tenant):
    name = "bücher-" + fresh_domain()
    volmacht.must("domain", "add", "--account", tenant, name)
    text = volmacht.must("domain", "show", "--account", tenant, "--json", name)
    assert text.isascii() or "ü" in text
    shown = json.loads(text)
    assert list(shown) == DOMAIN_KEYS
    assert re.fullmatch(UUID, shown["id"]) and shown["account"] == tenant
    assert shown["name"].startswith("xn--bcher-") and shown["unicode"] == name
    assert shown["status"] == "pending" and re.fullmatch(TIME, shown["created_at"])
    assert shown["verified_at"] is None and shown["checked_at"] is None
    assert [r["record"] for r in shown["records"]] == ["dkim", "return_path", "dmarc"]
    assert [r["type"] for r in shown["records"]] == ["TXT", "CNAME", "TXT"]
    assert [r["required"] for r in shown["records"]] == [True, True, False]
    for record in shown["records"]:
        assert list(record) == RECORD_KEYS
        assert record["verdict"] == "unknown" and record["findings"] == [] and record["found"] == []
    assert shown == json.loads(volmacht.must("domain", "show", "--account", tenant, "--json", shown["name"]))


def test_add_prints_what_show_does(volmacht, tenant):
    name = fresh_domain()
    added = json.loads(volmacht.must("domain", "add", "--account", tenant, "--json", name))
    assert added == volmacht.show(tenant, name)


def test_add_twice_and_refused(volmacht, tenant, added):
    assert volmacht.cli("domain", "add", "--account", tenant, added).returncode == 1
    for typed in ("sales@voorbeeld.nl", "co.uk", "", "\x1b[2J.nl", "a" * 300, "volmacht.example"):
        done = volmacht.cli("domain", "add", "--account", tenant, "--json", typed)
        assert done.returncode == 1 and done.stdout == "" and done.stderr and "\x1b" not in done.stderr
    assert volmacht.cli("domain", "add", "--account", "0193d000-0000-7000-8000-000000000001", fresh_domain()).returncode == 1
    assert volmacht.cli("domain", "add", "--account", "x", fresh_domain()).returncode == 1


def test_check_not_verified_then_verified(site, volmacht, tenant, added):
    done = volmacht.cli("domain", "check", "--account", tenant, "--json", added)
    assert done.returncode == 10 and done.stderr == ""
    answer = json.loads(done.stdout)
    assert list(answer) == [*DOMAIN_KEYS, "check"] and list(answer["check"]) == CHECK_KEYS
    assert answer["check"]["trigger"] == "cli" and answer["check"]["status_before"] == "pending" and isinstance(answer["check"]["ms"], int)
    assert re.fullmatch(TIME, answer["check"]["at"]) and answer["checked_at"] == answer["check"]["at"]
    site.publish(tenant, added)
    done = volmacht.cli("domain", "check", "--account", tenant, "--json", added)
    answer = json.loads(done.stdout)
    assert done.returncode == 0, answer
    assert answer["status"] == "verified" and re.fullmatch(TIME, answer["verified_at"])
    assert [r["verdict"] for r in answer["records"]] == ["ok", "ok", "ok"]
    assert all(r["found"] for r in answer["records"])
    shown = volmacht.show(tenant, added)
    assert shown == {key: value for key, value in answer.items() if key != "check"}


def test_lost_and_found_again(site, volmacht, tenant, added):
    site.publish(tenant, added)
    assert volmacht.cli("domain", "check", "--account", tenant, added).returncode == 0
    site.publish(tenant, added, without=("dkim",))
    done = volmacht.cli("domain", "check", "--account", tenant, "--json", added)
    assert done.returncode == 10
    answer = json.loads(done.stdout)
    assert answer["status"] == "lost" and answer["check"]["status_before"] == "verified"
    site.publish(tenant, added)
    assert volmacht.cli("domain", "check", "--account", tenant, added).returncode == 0
    assert volmacht.show(tenant, added)["status"] == "verified"


def test_sweep_never_takes_verified_away_and_finds_lost_again(site, volmacht, tenant):
    kept, lost, fresh = fresh_domain(), fresh_domain(), fresh_domain()
    for name in (kept, lost, fresh):
        volmacht.must("domain", "add", "--account", tenant, name)
    for name in (kept, lost):
        site.publish(tenant, name)
        volmacht.must("domain", "check", "--account", tenant, name)
    site.publish(tenant, lost, without=("return_path",))
    assert volmacht.cli("domain", "check", "--account", tenant, lost).returncode == 10
    site.publish(tenant, lost)
    site.publish(tenant, fresh)
    site.publish(tenant, kept, without=("dkim", "return_path"))
    done = volmacht.cli("sweep", "--json")
    assert done.returncode == 0, done.stderr
    json.loads(done.stdout)
    assert {name: volmacht.show(tenant, name)["status"] for name in (kept, lost, fresh)} == {kept: "verified", lost: "verified", fresh: "verified"}


def test_delete(volmacht, tenant, added):
    assert volmacht.cli("domain", "delete", "--account", tenant, added).returncode == 0
    for command in ("show", "check", "delete"):
        done = volmacht.cli("domain", command, "--account", tenant, "--json", added)
        assert done.returncode == 1 and done.stdout == ""


def test_list(volmacht, tenant):
    assert json.loads(volmacht.must("domain", "list", "--account", tenant, "--json")) == []
    names = sorted(fresh_domain() for _ in range(5))
    for name in names:
        volmacht.must("domain", "add", "--account", tenant, name)
    listed = json.loads(volmacht.must("domain", "list", "--account", tenant, "--json"))
    assert [d["name"] for d in listed] == names
    assert names[0] in volmacht.must("domain", "list", "--account", tenant)


def test_private_keys_never_come_out(volmacht, tenant, added):
    for words in (["domain", "show", "--account", tenant, "--json", added], ["domain", "check", "--account", tenant, added], ["domain", "list", "--account", tenant, "--json"]):
        done = volmacht.cli(*words)
        assert "PRIVATE" not in done.stdout + done.stderr


def test_migrate_is_safe_to_repeat(volmacht):
    first = volmacht.cli("migrate")
    assert first.returncode == 0
    assert volmacht.cli("migrate").returncode == 0


def test_migrate_twice_at_once(own_site, site):
    """Six processes at once on an empty schema: all succeed and the schema exists once."""
    empty = own_site(servers=site, web=False)
    installation = empty.installation
    installation.mariadb.sql(f"DROP DATABASE `{installation.schema}`; CREATE DATABASE `{installation.schema}` CHARACTER SET utf8mb4")
    running = [subprocess.Popen(installation.command("migrate"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(6)]
    ended = [(p.communicate(timeout=60)[1], p.returncode) for p in running]
    assert [status for _, status in ended] == [0] * 6, ended
    versions = installation.sql("SELECT * FROM schema_migration")
    assert len(versions) == len({row[0] for row in versions}) >= 1
    installation.mariadb.sql(installation.sql_file("grants.sql"), database=installation.schema)
    assert installation.add_account("Na het migreren")


def test_migrate_killed_midway_goes_on(own_site, site):
    half = own_site(servers=site, web=False)
    installation = half.installation
    for pause in (0.0, 0.02, 0.05, 0.1):
        installation.mariadb.sql(f"DROP DATABASE `{installation.schema}`; CREATE DATABASE `{installation.schema}` CHARACTER SET utf8mb4")
        process = subprocess.Popen(installation.command("migrate"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(pause)
        process.kill()
        process.wait()
        assert installation.cli("migrate").returncode == 0
        installation.mariadb.sql(installation.sql_file("grants.sql"), database=installation.schema)
        assert installation.add_account("Na de val")


@pytest.mark.parametrize("line,named", [("geen_sleutel = 1", "geen_sleutel"), ("db_port = 99999999", "db_port"), ("dns_allow_private = misschien", "dns_allow_private"), ("zomaar", "zomaar"),
                                        ("language = fr", "language"), ("sweep_at = 25:00", "sweep_at"), ("timezone = Europe/Nergens", "Europe/Nergens")])
def test_wrong_configuration_names_file_and_line(volmacht, tmp_path, line, named):
    config = tmp_path / "volmacht.conf"
    text = open(volmacht.config, encoding="utf-8").read()
    config.write_text(text + line + "\n", encoding="utf-8")
    done = subprocess.run([volmacht.bin, "-c", str(config), "migrate"], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and named in done.stderr
    assert f"{config}:{len(text.splitlines()) + 1}:" in done.stderr


def test_configuration_is_found(volmacht, tmp_path):
    env = dict(os.environ, VOLMACHT_CONF=volmacht.config)
    assert subprocess.run([volmacht.bin, "migrate"], env=env, capture_output=True, check=False).returncode == 0
    env["VOLMACHT_CONF"] = str(tmp_path / "nowhere.conf")
    done = subprocess.run([volmacht.bin, "migrate"], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "nowhere.conf" in done.stderr
    assert subprocess.run([volmacht.bin, "-c", volmacht.config, "migrate"], env=env, capture_output=True, check=False).returncode == 0


def test_doctor_gives_what_exim_says_of_its_configuration(volmacht, tmp_path):
    """Shows Exim's error line with its indented continuation, and no other line."""
    exim, config = tmp_path / "exim", tmp_path / "volmacht.conf"
    exim.write_text("#!/bin/sh\nprintf '2026 Exim configuration error in line 3 of exim.conf:\\n    main option \"x\" unknown\\nUnrelated\\n'\nexit 1\n")
    exim.chmod(0o755)
    with open(volmacht.config, encoding="utf-8") as own:
        config.write_text(own.read() + f"\nexim_config = exim.conf\nexim_program = {exim}\n")
    done = subprocess.run([volmacht.bin, "-c", str(config), "doctor"], capture_output=True, text=True, check=False)
    [line] = [line for line in done.stdout.splitlines() if "Exim configuration error" in line]
    assert 'in line 3 of exim.conf: main option "x" unknown' in line and "Unr" not in line


def test_doctor(volmacht, tmp_path):
    done = volmacht.cli("doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(done.stdout.splitlines()) >= 5
    config = tmp_path / "volmacht.conf"
    text = re.sub(r"(?m)^(return_path_target) = .*$", r"\1 = bounce.nergens.example", open(volmacht.config, encoding="utf-8").read())
    config.write_text(text, encoding="utf-8")
    done = subprocess.run([volmacht.bin, "-c", str(config), "doctor"], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "bounce.nergens.example" in done.stdout


class DoctorSite:
    """An installation for broken database rights: its own schema on the shared servers."""

    def __init__(self, installation):
        self.installation = installation

    def examine(self, **settings):
        """The exit status and the failed lines, in Dutch; settings apply to this run only, None: not set."""
        config = self.installation.config + ".once"
        with open(self.installation.config, encoding="utf-8") as source, open(config, "w", encoding="utf-8") as out:
            out.writelines([line for line in source if line.split(" ")[0] not in settings])
            out.writelines(f"{key} = {value}\n" for key, value in settings.items() if value is not None)
        done = subprocess.run([self.installation.bin, "-c", config, "doctor"], capture_output=True, text=True, check=False, env=dict(os.environ, LC_ALL="nl_NL.UTF-8"))
        assert not done.stderr, done.stderr
        return done.returncode, [line for line in done.stdout.splitlines() if line.startswith("FOUT")]

    def grants(self):
        self.installation.sql(self.installation.sql_file("grants.sql"))


@pytest.fixture(scope="module")
def doctor_site(site, own_site):
    one = DoctorSite(own_site(servers=site, web=False).installation)
    assert one.examine() == (0, [])
    return one


def test_doctor_logs_in_as_the_sweep(doctor_site, tmp_path):
    wrong = tmp_path / "wrong"
    wrong.write_text("geheim\n")
    status, [line] = doctor_site.examine(db_sweep_password_file=wrong)
    assert status == 1 and "nachtcontrole" in line and "volmacht_sweep" in line and "1045" in line and "db_sweep_password_file" in line
    status, [line] = doctor_site.examine(db_sweep_password_file=tmp_path / "none")
    assert status == 1 and str(tmp_path / "none") in line


@pytest.mark.parametrize("user,right,told", [
    ("sweep", "INSERT, UPDATE ON sweep_run", "mist INSERT sweep_run, UPDATE sweep_run. "),
    ("sweep", "UPDATE (verdicts) ON domain", "mist UPDATE domain.verdicts. "),
    ("web", "DELETE ON session", "mist DELETE session. "),
    ("web", "SELECT (key_id) ON dkim_private_key", "mist SELECT dkim_private_key.key_id. "),
    ("web", "SELECT, INSERT, UPDATE, DELETE ON sender", "mist SELECT sender, INSERT sender, UPDATE sender, .... "),
])
def test_doctor_misses_a_right(doctor_site, user, right, told):
    try:
        doctor_site.installation.sql(f"REVOKE {right} FROM volmacht_{user}@localhost")
        status, [line] = doctor_site.examine()
        assert status == 1 and f"volmacht_{user}: {told}Draai sql/grants.sql" in line and ("nachtcontrole" in line) == (user == "sweep")
    finally:
        doctor_site.grants()
    assert doctor_site.examine() == (0, [])


def test_doctor_before_the_first_grants(doctor_site):
    """Without grants not even the schema's version can be read."""
    schema = doctor_site.installation.schema
    try:
        doctor_site.installation.sql("REVOKE SELECT ON schema_migration FROM volmacht_web@localhost; REVOKE SELECT ON schema_migration FROM volmacht_sweep@localhost")
        status, found = doctor_site.examine()
        assert status == 1 and [schema in line and "1142" in line and "sql/grants.sql" in line for line in found] == [True, True]
    finally:
        doctor_site.grants()


def test_doctor_wants_a_user_for_the_sweep(doctor_site):
    status, [line] = doctor_site.examine(db_sweep_user=None, db_sweep_password_file=None)
    assert status == 1 and "nachtcontrole van volmacht_web: mist " in line and "Zet db_sweep_user" in line


@pytest.mark.parametrize("on", ["*", "*.*"])
def test_doctor_sees_rights_on_all(doctor_site, on):
    """One user for everything misses no right, but is reported because it can read the private keys."""
    name = "volmacht_all"
    try:
        doctor_site.installation.sql(f"CREATE USER {name}@localhost; GRANT ALL ON {on} TO {name}@localhost")
        status, found = doctor_site.examine(db_user=name, db_password_file=None, db_sweep_user=None, db_sweep_password_file=None)
        assert status == 1 and len(found) == 2 and all("geheime sleutels" in line for line in found)
    finally:
        doctor_site.installation.sql(f"DROP USER {name}@localhost")


def test_database_gone(volmacht, tmp_path, tenant):
    config = tmp_path / "volmacht.conf"
    text = re.sub(r"(?m)^db_socket = .*$", f"db_socket = {tmp_path}/none.sock", open(volmacht.config, encoding="utf-8").read())
    config.write_text(text, encoding="utf-8")
    for words in (["migrate"], ["domain", "list", "--account", tenant], ["sweep"], ["account", "add", "x"], ["doctor"]):
        done = subprocess.run([volmacht.bin, "-c", str(config), *words], capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 1 and done.stdout + done.stderr, words


def test_dns_gone(volmacht, tmp_path, tenant, added):
    config = tmp_path / "volmacht.conf"
    text = re.sub(r"(?m)^dns_resolvers = .*$", "dns_resolvers = 127.0.0.1@9\ndns_deadline_ms = 800", open(volmacht.config, encoding="utf-8").read())
    config.write_text(text, encoding="utf-8")
    begin = time.monotonic()
    done = subprocess.run([volmacht.bin, "-c", str(config), "domain", "check", "--account", tenant, "--json", added], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 11 and time.monotonic() - begin < 3
    answer = json.loads(done.stdout)
    assert answer["status"] == "pending" and {r["verdict"] for r in answer["records"]} == {"unknown"}
    assert set(answer["records"][0]["findings"]) & {"timeout", "refused", "servfail"}


def test_every_midnight_waits_and_stops(volmacht):
    process = subprocess.Popen(volmacht.command("sweep", "--every-midnight"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(1.0)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(5) in (0, -signal.SIGTERM)


def test_closed_stdout_is_an_error(volmacht, tenant, added):
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run(volmacht.command("domain", "show", "--account", tenant, "--json", added), stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1 and done.stderr
