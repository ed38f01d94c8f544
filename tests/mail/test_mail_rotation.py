"""Rotation of a DKIM key under a stream of mails: every mail has a valid signature, first by the old key, then by the new."""

import re
import threading
import time

import pytest

from verifier import verify
from testbed.client import Page
from testbed.dns import quote_txt
from testbed.mail_site import MailSite
from testbed.site import Site, fresh_domain


@pytest.fixture(scope="module")
def office():
    site = Site(web=False, key_retire_days="7")
    mail = None
    try:
        mail = MailSite(site)
        yield mail
    finally:
        if mail:
            mail.stop()
        statuses = site.stop()
    assert all(status == 0 for status in statuses.values()), f"{statuses}\n{site.last_log[-3000:]}"


class Owner:
    """A customer with a verified domain and its records in DNS."""

    def __init__(self, office):
        self.office, self.site, self.name = office, office.site, fresh_domain("nl")
        self.account = self.site.account()
        self.client = self.account.client()
        self.domain = self.client.add_domain(self.name)
        self.path = f"/settings/domains/{self.domain}/keys"
        self.zone = self.client.get(f"/settings/domains/{self.domain}/zone").text
        self.publish(self.zone)
        self.client.check(self.domain)
        assert self.status() == "verified"
        self.login = office.credential(self.account)

    def publish(self, zone):
        self.site.nsd.publish(self.name, zone)

    def status(self):
        return self.site.installation.show(self.account.id, self.name)["status"]

    def dkim(self):
        record, = [r for r in self.site.installation.show(self.account.id, self.name)["records"] if r["record"] == "dkim"]
        return record["host"], record["value"]

    def page(self):
        return self.client.page(self.path)

    def keys(self):
        return [(e["data-key"], e["data-selector"]) for e in self.page().all(data_key=True)]

    def post(self, what="", **fields):
        return self.client.post(self.path + what, fields, csrf=self.client.csrf())

    def new_record(self):
        article = self.page().one("article", data_key="new")
        page = self.page()
        return page.one(data_copy="host").text, page.one(data_copy="value").text, article["data-selector"]

    def with_new(self):
        host, value, _ = self.new_record()
        return self.zone + f"{host}. TXT {quote_txt([value[i:i + 255] for i in range(0, len(value), 255)])}\n"

    def submit(self, subject):
        with self.office.exim.client(*self.login) as smtp:
            smtp.sendmail(f"a@{self.name}", ["bob@ontvanger.test"], f"From: a@{self.name}\r\nTo: bob@ontvanger.test\r\nSubject: {subject}\r\n\r\nDag\r\n".encode())


def selector_of(mail):
    return re.search(r"\bs=(\w+);", "".join(mail.header("DKIM-Signature")))[1]


def test_under_a_stream_of_mails(office):
    owner = Owner(office)
    old_host, old_value = owner.dkim()
    sent, stop = [], threading.Event()

    def stream():
        while not stop.is_set():
            sent.append(f"stroom-{owner.name}-{len(sent)}")
            owner.submit(sent[-1])
            time.sleep(0.05)
    streaming = threading.Thread(target=stream)
    streaming.start()
    try:
        time.sleep(1)
        assert owner.post().status_code == 303
        host, value, selector = owner.new_record()
        early = owner.post("/check")
        assert early.status_code == 200 and "blijft ondertekenen" in early.text and owner.keys()[0] == ("new", selector)
        owner.publish(owner.with_new())
        late = owner.post("/check")
        assert late.status_code == 303 and "changed" in late.headers["Location"], late.text
        changed_at = len(sent)
        until = time.monotonic() + 15
        while len(sent) < changed_at + 15 and time.monotonic() < until:
            time.sleep(0.1)
    finally:
        stop.set()
        streaming.join()
    mails = office.own_route.wait(len(sent), match=lambda m: any(s in sent for s in m.header("Subject")), timeout=40)
    assert len(mails) == len(sent) and not [m for m in office.default.mails if any(s in sent for s in m.header("Subject"))]
    verdicts = verify(mails, {old_host: old_value, host: value})
    assert all([d["result"] for d in v["dkim"]] == ["pass"] for v in verdicts)
    by = {mail.header("Subject")[0]: selector_of(mail) for mail in mails}
    assert by[sent[0]] == old_host.split(".")[0] and by[sent[-1]] == selector and set(by.values()) == {by[sent[0]], selector}
    assert owner.status() == "verified" and owner.dkim() == (host, value)


def test_the_old_record_is_kept_for_days_and_may_then_be_removed(office):
    owner = Owner(office)
    old = owner.dkim()[0].split(".")[0]
    owner.post()
    zone = owner.with_new()
    owner.publish(zone)
    assert owner.post("/check").status_code == 303
    sql = owner.site.installation.sql
    retired = owner.page().one("article", data_key="retired")
    assert retired["data-selector"] == old and owner.page().one("p", data_removable=True)["data-removable"] == "no"
    # The private half of a retired key is deleted.
    assert not sql(f"SELECT 1 FROM dkim_private_key p JOIN dkim_key k ON k.id = p.key_id WHERE k.selector = '{old}'")
    sql(f"UPDATE dkim_key SET state_at = state_at - 8 * 86400000 WHERE selector = '{old}'")
    assert owner.page().one("p", data_removable=True)["data-removable"] == "yes"
    key, = sql(f"SELECT LOWER(INSERT(INSERT(INSERT(INSERT(HEX(id), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-')) FROM dkim_key WHERE selector = '{old}'")
    assert owner.post("/drop", key=key[0]).status_code == 303
    assert [state for state, _ in owner.keys()] == ["active"]
    assert sql(f"SELECT 1 FROM selector_tombstone WHERE selector = '{old}'")
    # The check uses the new key only.
    owner.publish("\n".join(line for line in zone.splitlines() if old not in line) + "\n")
    owner.client.check(owner.domain)
    assert owner.status() == "verified"


def test_one_new_key_at_a_time_and_cancel(office):
    owner = Owner(office)
    owner.post()
    (_, first), = [k for k in owner.keys() if k[0] == "new"]
    owner.post()
    assert [k for k in owner.keys() if k[0] == "new"] == [("new", first)]
    form = Page(owner.client.get(owner.path).text)
    key = form.one("input", name="key")["value"]
    assert owner.post("/drop", key=key).status_code == 303 and [s for s, _ in owner.keys()] == ["active"]
    assert owner.post("/check").status_code == 404
    owner.submit(f"na-{owner.name}")
    (mail,) = office.own_route.wait(match=lambda m: m.header("Subject") == [f"na-{owner.name}"])
    assert selector_of(mail) != first


def test_the_active_key_cannot_be_removed(office):
    owner = Owner(office)
    key, = owner.site.installation.sql(f"SELECT LOWER(INSERT(INSERT(INSERT(INSERT(HEX(id), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-')) FROM dkim_key WHERE name = '{owner.name}'")
    assert owner.post("/drop", key=key[0]).status_code == 404 and [s for s, _ in owner.keys()] == ["active"]


def test_keys_are_the_accounts_own(office):
    owner = Owner(office)
    owner.post()
    stranger = office.site.account().client()
    viewer = office.site.account(role="viewer", account=owner.account.id).client()
    stranger.page(owner.path, status=404)
    for what in ("", "/check"):
        assert stranger.post(owner.path + what, csrf=stranger.csrf()).status_code == 404
        assert viewer.post(owner.path + what, csrf=viewer.page("/settings/senders").csrf).status_code == 403
    assert not viewer.page(owner.path).all(id="change-key")
