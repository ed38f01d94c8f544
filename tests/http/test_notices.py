"""Notices by mail to account admins after a sweep run: each once, in the admin's language, lost by no crash; and the setting that disables them."""

import email
import email.policy
import os
import signal
import subprocess
import time

import pytest

from testbed.site import Account, fresh_domain
from testbed.sinks import Sink
from testbed.web import SANITIZERS

DAY_MS = 24 * 3600 * 1000


@pytest.fixture(scope="module")
def told(own_site):
    """A site that sends its mail to a sink; it has its own servers, so a sweep run covers only these domains."""
    site = own_site(base_url="https://instellingen.volmacht.example", brand_name="Vólmacht")
    site.sink = Sink().start()
    site.installation.write_config(smtp_host="127.0.0.1", smtp_port=site.sink.port, smtp_security="none", mail_from="berichten@volmacht.example")
    yield site
    site.sink.stop()


@pytest.fixture(autouse=True)
def clean(told):
    told.sink.clear()
    told.sink.replies.clear()
    told.installation.sql("DELETE FROM outbox; UPDATE user SET notify = 0")


def add(site, account, days=0):
    """Adds a domain that is `days` old; by the command line, because the pages of this site have Secure cookies."""
    name = fresh_domain("nl")
    site.installation.must("domain", "add", "--account", account.id, name)
    if days:
        age(site, name, days)
    return name


def age(site, name, days):
    site.installation.sql(f"UPDATE domain SET created_at = (UNIX_TIMESTAMP() - {days} * 86400) * 1000 WHERE name = '{name}'")


def run_sweep(site):
    done = site.installation.cli("sweep")
    assert done.returncode == 0, done.stderr
    return done.stderr


def parsed(mail):
    return email.message_from_bytes(mail.data, policy=email.policy.default)


def mails(site):
    return sorted((m.recipients[0], parsed(m)["Subject"]) for m in site.sink.mails)


def waiting(site):
    return int(site.installation.sql("SELECT COUNT(*) FROM outbox")[0][0])


def due_now(site):
    """Makes all queued mails due, as if leases and pauses had ended."""
    site.installation.sql("UPDATE outbox SET due_at = 0")


def language(site, account, code):
    site.installation.sql(f"UPDATE user SET language = '{code}' WHERE email = '{account.email}'")


def test_verified_by_a_sweep_run_one_notice_in_each_admins_language(told):
    first = told.account()
    second, viewer = Account(told, account=first.id), Account(told, "viewer", first.id)
    language(told, second, "en")
    name = add(told, first)
    told.publish(first.id, name, flush=True)
    run_sweep(told)
    run_sweep(told)
    assert mails(told) == sorted([(first.email, f"{name} is geauthenticeerd"), (second.email, f"{name} is authenticated")])
    assert viewer.email not in str(mails(told)) and waiting(told) == 0
    mail = next(m for m in told.sink.mails if m.recipients == [first.email])
    message = parsed(mail)
    assert mail.mail_from == "berichten@volmacht.example" and message["From"] == "Vólmacht <berichten@volmacht.example>"
    assert message["To"] == first.email and message["Auto-Submitted"] == "auto-generated" and message["Date"].datetime
    domain = told.installation.show(first.id, name)["id"]
    text = message.get_content()
    assert f"https://instellingen.volmacht.example/settings/domains/{domain}" in text and "Goed nieuws" in text
    assert "https://instellingen.volmacht.example/settings/account" in text and "{" not in text
    assert mail.data.isascii() and b"\n" not in mail.data.replace(b"\r\n", b"")
    assert all(len(line) <= 78 for line in mail.data.split(b"\r\n") if not line.startswith(b"Message-ID:"))


def test_no_notice_of_a_manual_check(told):
    account = told.account()
    name = add(told, account)
    told.publish(account.id, name, flush=True)
    told.installation.must("domain", "check", "--account", account.id, name)
    run_sweep(told)
    assert mails(told) == []


def test_verified_again_one_more_notice(told):
    account = told.account()
    name = add(told, account)
    told.publish(account.id, name, flush=True)
    run_sweep(told)
    told.nsd.publish(name, "www A 192.0.2.1\n")
    told.unbound.flush()
    assert told.installation.cli("domain", "check", "--account", account.id, name).returncode == 10
    told.publish(account.id, name, flush=True)
    run_sweep(told)
    assert len(mails(told)) == 2


def test_waiting_3_and_14_days(told):
    account = told.account()
    name = add(told, account)
    for days, expected in ((2, 0), (3, 1), (4, 1), (13, 1), (14, 2), (15, 2), (40, 2)):
        age(told, name, days)
        # since is the time of adding, which this test moves: still one notice of each kind
        told.installation.sql(f"UPDATE notice SET since = (SELECT created_at FROM domain WHERE name = '{name}') WHERE domain_id = (SELECT id FROM domain WHERE name = '{name}')")
        run_sweep(told)
        assert len(told.sink.mails) == expected, days
    assert mails(told) == [(account.email, f"{name} wacht nog op DNS-records")] * 2
    text = parsed(told.sink.mails[0]).get_content()
    assert "3 dagen geleden" in text and "DKIM-sleutel" in text and "Retouradres" in text and "DMARC" not in text
    assert "14 dagen" in parsed(told.sink.mails[1]).get_content() and "{" not in text


def test_only_what_is_missing(told):
    account = told.account()
    name = add(told, account, days=3)
    records = {r["record"]: r for r in told.installation.show(account.id, name)["records"]}
    told.nsd.publish(name, f"{records['return_path']['host']}. CNAME {records['return_path']['value']}.\n")
    told.unbound.flush()
    run_sweep(told)
    text = parsed(told.sink.mails[0]).get_content()
    assert "DKIM-sleutel" in text and "Retouradres" not in text
    assert f"Host: {records['dkim']['host']}" in text and f"Waarde: {records['dkim']['value']}" in text


def test_no_notice_of_a_domain_pending_for_long(told):
    add(told, told.account(), days=400)
    run_sweep(told)
    assert mails(told) == []


def test_switched_off_before_and_after_it_was_queued(told):
    account = told.account()
    other = Account(told, account=account.id)
    told.installation.sql(f"UPDATE user SET notify = 0 WHERE email = '{account.email}'")
    add(told, account, days=3)
    told.sink.replies["RCPT"] = "450 later"
    run_sweep(told)
    assert waiting(told) == 1
    told.installation.sql(f"UPDATE user SET notify = 0 WHERE email = '{other.email}'")
    told.sink.replies.clear()
    due_now(told)
    run_sweep(told)
    assert mails(told) == [] and waiting(told) == 0


def test_no_notice_of_what_is_no_longer_true(told):
    account = told.account()
    repaired, deleted = add(told, account, days=3), add(told, account, days=3)
    told.sink.replies["MAIL"] = "451 later"
    run_sweep(told)
    assert waiting(told) == 2
    told.publish(account.id, repaired, flush=True)
    told.installation.must("domain", "check", "--account", account.id, repaired)
    told.installation.must("domain", "delete", "--account", account.id, deleted)
    told.sink.replies.clear()
    due_now(told)
    run_sweep(told)
    assert mails(told) == [] and waiting(told) == 0


def test_mail_server_down_then_sent_once(told):
    account = told.account()
    name = add(told, account, days=3)
    told.sink.stop()
    assert "notice_not_taken" in run_sweep(told)
    assert waiting(told) == 1
    told.sink.start()
    run_sweep(told)
    assert mails(told) == [], "there is a pause before the next try"
    due_now(told)
    run_sweep(told)
    run_sweep(told)
    assert mails(told) == [(account.email, f"{name} wacht nog op DNS-records")] and waiting(told) == 0


def test_pauses_grow_and_end(told):
    add(told, told.account(), days=3)
    told.sink.replies["END"] = "452 4.2.2 full"
    for expected in (60, 120, 240):
        run_sweep(told)
        left = float(told.installation.sql("SELECT due_at / 1000 - UNIX_TIMESTAMP(NOW(3)) FROM outbox")[0][0])
        assert expected - 5 < left <= expected + 1
        due_now(told)
    told.installation.sql(f"UPDATE outbox SET tries = 1000, created_at = created_at - 3 * {DAY_MS}")
    run_sweep(told)
    assert 3500 < float(told.installation.sql("SELECT due_at / 1000 - UNIX_TIMESTAMP(NOW(3)) FROM outbox")[0][0]) <= 3601
    told.installation.sql(f"UPDATE outbox SET due_at = 0, created_at = created_at - 2 * {DAY_MS}")
    said = run_sweep(told)
    assert "notice_given_up" in said and "452 4.2.2 full" in said and waiting(told) == 0
    told.sink.replies.clear()
    run_sweep(told)
    assert mails(told) == []


def test_killed_after_the_server_took_it(told):
    """At least once: the mail is sent again after the lease, with the same Message-ID."""
    account = told.account()
    add(told, account, days=3)
    process = []

    def kill(_data):
        os.kill(process[0].pid, signal.SIGKILL)
    told.sink.replies["END"] = kill
    process.append(subprocess.Popen(told.installation.command("sweep"), stderr=subprocess.DEVNULL, env=dict(os.environ, **SANITIZERS)))
    assert process[0].wait(60) == -signal.SIGKILL
    told.sink.replies.clear()
    assert len(told.sink.wait(1)) == 1 and waiting(told) == 1
    run_sweep(told)
    assert len(told.sink.mails) == 1, "the lease of the dead process still holds"
    due_now(told)
    run_sweep(told)
    run_sweep(told)
    assert len(told.sink.mails) == 2 and waiting(told) == 0
    assert parsed(told.sink.mails[0])["Message-ID"] == parsed(told.sink.mails[1])["Message-ID"]


def test_killed_at_any_moment_loses_nothing(told):
    account = told.account()
    names = {add(told, account, days=3) for _ in range(12)}
    told.sink.delay = 0.02
    for i in range(12):
        process = subprocess.Popen(told.installation.command("sweep"), stderr=subprocess.DEVNULL)
        time.sleep(0.1 + 0.07 * i)
        process.kill()
        process.wait()
        due_now(told)
    told.sink.delay = 0.0
    time.sleep(0.3)
    run_sweep(told)
    due_now(told)
    run_sweep(told)
    assert waiting(told) == 0
    ids = {parsed(m)["Message-ID"] for m in told.sink.mails}
    assert len(ids) == len(names) and {s.split(" ")[0] for _, s in mails(told)} == names


def test_several_processes_send_each_notice_once(told):
    account = told.account()
    Account(told, account=account.id)
    for _ in range(12):
        add(told, account, days=14)
    running = [subprocess.Popen(told.installation.command("sweep"), stderr=subprocess.PIPE, env=dict(os.environ, **SANITIZERS)) for _ in range(4)]
    for process in running:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said.decode()
    assert len(mails(told)) == 24 and len(set(mails(told))) == 24 and waiting(told) == 0


def test_hostile_names_and_addresses(told):
    account = told.account()
    name = add(told, account, days=3)
    told.installation.sql(f"UPDATE domain SET unicode = 'x\\r\\nBcc: evil@evil.example\\r\\n\\r\\n.\\r\\nMAIL FROM:<a>\\u202e{name}' WHERE name = '{name}'")
    run_sweep(told)
    assert len(told.sink.mails) == 1
    mail = told.sink.mails[0]
    message = parsed(mail)
    assert mail.recipients == [account.email] and message["Bcc"] is None and not message.defects
    assert b"\nBcc" not in mail.data and "evil" in message["Subject"] and "\n" not in message["Subject"]
    assert "\nBcc" not in message.get_content()
    told.sink.clear()
    add(told, account, days=3)
    told.installation.sql(f"UPDATE user SET email = 'a@klant.example>\\r\\nRCPT TO:<evil@evil.example' WHERE email = '{account.email}'")
    run_sweep(told)
    assert mails(told) == [] and waiting(told) == 0


def test_login_where_the_server_requires_one(told):
    password = os.path.join(told.installation.folder, "smtp.password")
    with open(password, "w", encoding="ascii") as out:
        out.write("s3cret\n")
    account = told.account()
    add(told, account, days=3)
    told.sink.users = {"platform": "s3cret"}
    told.installation.write_config(smtp_user="platform", smtp_password_file=password)
    try:
        run_sweep(told)
    finally:
        told.sink.users = None
        told.installation.write_config(smtp_user=None, smtp_password_file=None)
    assert [m.user for m in told.sink.mails] == ["platform"]


def test_without_a_mail_server_no_notice_counts_as_sent(told):
    account = told.account()
    add(told, account, days=3)
    told.installation.write_config(smtp_host=None)
    run_sweep(told)
    assert waiting(told) == 0
    told.installation.write_config(smtp_host="127.0.0.1")
    run_sweep(told)
    assert len(mails(told)) == 1


def test_every_midnight_sends_queued_mail_and_ends_on_a_signal(told):
    process = subprocess.Popen(told.installation.command("sweep", "--every-midnight"), stderr=subprocess.PIPE, env=dict(os.environ, **SANITIZERS))
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0, said


# --- the page ---

def settings(client):
    page = client.page("/settings/account")
    box = page.all("input", type="checkbox", name="notify")
    chosen = [o["value"] for o in page.all("option", selected=True)]
    return chosen, [b["checked"] is not None or "checked" in b.attrs for b in box]


def test_page_saves_language_and_choice(client):
    assert settings(client) == (["nl"], [True])
    token = client.csrf("/settings/account")
    answer = client.post("/settings/account", {"language": "en"}, csrf=token)
    assert answer.status_code == 303 and answer.headers["Location"] == "/settings/account?saved=1"
    assert settings(client) == (["en"], [False])
    page = client.page("/settings/account?saved=1")
    assert page.one("html")["lang"] == "en" and page.one(role="status").text == "Saved."
    client.post("/settings/account", {"language": "nl", "notify": "1"}, csrf=token)
    assert settings(client) == (["nl"], [True])
    assert client.page("/settings").all("a", href="/settings/account")


def test_page_goes_with_the_user_to_another_browser(account):
    client = account.client()
    client.post("/settings/account", {"language": "en"}, csrf=client.csrf("/settings/account"))
    assert account.client().page("/settings").one("html")["lang"] == "en"
    assert settings(account.client()) == (["en"], [False])


def test_page_of_a_viewer_has_no_box(site, account):
    viewer = site.account("viewer", account.id).client()
    assert settings(viewer) == (["nl"], [])
    assert viewer.post("/settings/account", {"language": "en", "notify": "1"}, csrf=viewer.csrf("/settings/account")).status_code == 303
    assert settings(account.client()) == (["nl"], [True]), "another user's settings are unchanged"


@pytest.mark.parametrize("fields", [{}, {"language": "fr"}, {"language": ""}, {"language": "nl\0x", "notify": "1"}])
def test_page_refuses(client, fields):
    answer = client.post("/settings/account", fields, csrf=client.csrf("/settings/account"))
    assert answer.status_code in (303, 400) and settings(client)[0] == ["nl"]
    assert client.post("/settings/account", {"language": "en"}).status_code == 403
