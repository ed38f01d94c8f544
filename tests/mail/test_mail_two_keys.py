"""An Ed25519 key beside the RSA one (RFC 8463): a fourth record that is required, two signatures that both verify, and both keys replaced together."""

import pytest

from verifier import verify
from testbed.client import Page
from testbed.dns import quote_txt
from testbed.mail_site import MailSite
from testbed.site import Site, fresh_domain

FOUR = ["dkim", "dkim_ed25519", "return_path", "dmarc"]
THREE = ["dkim", "return_path", "dmarc"]


@pytest.fixture(scope="module")
def office():
    site = Site(web=False)
    mail = None
    try:
        mail = MailSite(site)
        mail.two_keys = False
        yield mail
    finally:
        if mail:
            mail.stop()
        statuses = site.stop()
    assert all(status == 0 for status in statuses.values()), f"{statuses}\n{site.last_log[-3000:]}"


def set_two_keys(office, wanted):
    """Changes the platform's setting as an operator does: the file, and a restart of the program."""
    installation = office.site.installation
    if office.two_keys == wanted:
        return
    installation.write_config(dkim_ed25519="yes" if wanted else "no")
    for pool in ("pages", "checks"):
        assert installation.fcgi[pool].stop() == 0
    installation.start_fcgi()
    office.two_keys = wanted


class Owner:
    def __init__(self, office):
        self.office, self.site, self.name = office, office.site, fresh_domain("nl")
        self.account = self.site.account()
        self.client = self.account.client()
        self.domain = self.client.add_domain(self.name)
        self.keys_path = f"/settings/domains/{self.domain}/keys"
        self.login = office.credential(self.account)

    def show(self):
        return self.site.installation.show(self.account.id, self.name)

    def records(self):
        return {r["record"]: r for r in self.show()["records"]}

    def zone(self):
        return self.client.get(f"/settings/domains/{self.domain}/zone").text

    def publish(self, zone):
        self.site.nsd.publish(self.name, zone)

    def check(self):
        self.client.check(self.domain)
        return self.show()["status"]

    def summary(self):
        row = self.client.page("/settings/domains").one(data_domain=self.name)
        return row.text

    def new_records(self):
        """(host, value) of each new key on the page."""
        page = self.client.page(self.keys_path)
        hosts = [e.text for e in page.all(data_copy="host")]
        return list(zip(hosts, [e.text for e in page.all(data_copy="value")]))

    def keys(self):
        return [e["data-key"] for e in self.client.page(self.keys_path).all(data_key=True)]

    def post(self, what="", **fields):
        return self.client.post(self.keys_path + what, fields, csrf=self.client.csrf())

    def arrives(self, subject):
        """Submits a mail; returns it as received by the own route."""
        with self.office.exim.client(*self.login) as smtp:
            smtp.sendmail(f"a@{self.name}", ["bob@ontvanger.test"], f"From: a@{self.name}\r\nTo: bob@ontvanger.test\r\nSubject: {subject}\r\n\r\nDag\r\n".encode())
        mail, = self.office.own_route.wait(match=lambda m: m.header("Subject") == [subject])
        return mail


def line(host, value):
    return f"{host}. TXT {quote_txt([value[i:i + 255] for i in range(0, len(value), 255)])}\n"


def signatures_of(mail, records):
    """{algorithm: result} by both verifiers."""
    dns = {r["host"]: r["value"] for r in records.values() if r["type"] == "TXT"}
    verdict, = verify([mail], dns)
    algorithms = sorted("ed25519" if "ed25519-sha256" in s else "rsa" for s in mail.header("DKIM-Signature"))
    return algorithms, [d["result"] for d in verdict["dkim"]]


def test_four_records_and_two_signatures(office):
    set_two_keys(office, True)
    owner = Owner(office)
    records = owner.records()
    assert list(records) == FOUR and records["dkim_ed25519"]["required"]
    assert records["dkim_ed25519"]["value"].startswith("v=DKIM1; k=ed25519; p=") and len(records["dkim_ed25519"]["value"]) == 22 + 44
    assert records["dkim_ed25519"]["host"] != records["dkim"]["host"]
    assert "4 DNS-records te plaatsen" in owner.summary()
    zone = owner.zone()
    assert records["dkim_ed25519"]["value"] in zone and len(zone.splitlines()) == 4

    # Without the second key the domain is not verified.
    second = records["dkim_ed25519"]["host"]
    owner.publish("".join(f"{entry}\n" for entry in zone.splitlines() if not entry.startswith(second)))
    assert owner.check() == "pending"
    records = owner.records()
    assert [records[kind]["verdict"] for kind in FOUR] == ["ok", "missing", "ok", "ok"] and records["dkim_ed25519"]["findings"] == ["nxdomain"]
    assert "3 van 4 records goed" in owner.summary()
    page = owner.client.page(f"/settings/domains/{owner.domain}")
    assert [e["data-record"] for e in page.all(data_record=True)] == FOUR and "3 van 4" in page.one(id="live").text

    owner.publish(zone)
    assert owner.check() == "verified"
    assert "4 van 4 records goed" in owner.summary()
    history = owner.client.page(f"/settings/domains/{owner.domain}/history")
    assert "Tweede DKIM-sleutel" in history.one("main").text
    observed = owner.client.page(f"/settings/domains/{owner.domain}/answers")
    assert "Tweede DKIM-sleutel" in observed.one("main").text
    mail = owner.arrives(f"twee-{owner.name}")
    assert signatures_of(mail, owner.records()) == (["ed25519", "rsa"], ["pass", "pass"])

    # Without the second key's record the domain is lost.
    owner.publish("".join(f"{entry}\n" for entry in zone.splitlines() if not entry.startswith(second)))
    assert owner.check() == "lost"


def test_values_at_each_others_place(office):
    """Mistakes with two long values to paste."""
    set_two_keys(office, True)
    owner = Owner(office)
    r = owner.records()
    owner.publish(line(r["dkim"]["host"], r["dkim_ed25519"]["value"]) + line(r["dkim_ed25519"]["host"], r["dkim"]["value"]))
    assert owner.check() == "pending"
    page = owner.client.page(f"/settings/domains/{owner.domain}")
    assert "hier hoort de RSA-sleutel" in page.one(data_record="dkim").text
    assert "hier hoort de Ed25519-sleutel" in page.one(data_record="dkim_ed25519").text


def test_a_domain_that_was_there_gets_its_second_key_with_the_next(office):
    set_two_keys(office, False)
    owner = Owner(office)
    zone = owner.zone()
    owner.publish(zone)
    assert owner.check() == "verified" and list(owner.records()) == THREE
    set_two_keys(office, True)
    assert owner.check() == "verified" and list(owner.records()) == THREE and "3 van 3" in owner.summary()

    assert owner.post().status_code == 303
    new = owner.new_records()
    assert owner.keys() == ["new", "new", "active"] and [value.split(";")[1] for _, value in new] == [" k=rsa", " k=ed25519"]
    # One of the two is not enough: the old keys remain active.
    owner.publish(zone + line(*new[0]))
    early = owner.post("/check")
    assert early.status_code == 200 and [e["data-verdict"] for e in Page(early.text).all(data_key="new")] == ["ok", "missing"]
    assert owner.keys() == ["new", "new", "active"]
    assert signatures_of(owner.arrives(f"een-{owner.name}"), owner.records()) == (["rsa"], ["pass"])
    owner.publish(zone + "".join(line(*record) for record in new))
    assert owner.post("/check").status_code == 303
    assert owner.keys() == ["active", "active", "retired"]
    records = owner.records()
    assert list(records) == FOUR and [(records[k]["host"], records[k]["value"]) for k in FOUR[:2]] == new
    assert [records[k]["verdict"] for k in FOUR] == ["ok"] * 4 and "4 van 4" in owner.summary() and owner.show()["status"] == "verified"
    assert signatures_of(owner.arrives(f"twee-{owner.name}"), records) == (["ed25519", "rsa"], ["pass", "pass"])

    # Back to one key by the same steps.
    set_two_keys(office, False)
    assert list(owner.records()) == FOUR
    owner.post()
    third, = owner.new_records()
    owner.publish(zone + line(*third))
    assert owner.post("/check").status_code == 303
    assert list(owner.records()) == THREE and owner.keys() == ["active", "retired", "retired", "retired"]
    assert signatures_of(owner.arrives(f"weer-{owner.name}"), owner.records()) == (["rsa"], ["pass"])


def test_never_mind_takes_both_away(office):
    set_two_keys(office, True)
    owner = Owner(office)
    owner.post()
    assert owner.keys() == ["new", "new", "active", "active"]
    form = Page(owner.client.get(owner.keys_path).text)
    assert owner.post("/drop", key=form.one("input", name="key")["value"]).status_code == 303
    assert owner.keys() == ["active", "active"]
    assert len(owner.site.installation.sql(f"SELECT 1 FROM selector_tombstone WHERE name = '{owner.name}'")) == 2


def test_a_sweep_run_asks_for_the_second_key(office):
    """By one query: there is no full check as long as the record is missing."""
    set_two_keys(office, True)
    owner = Owner(office)
    installation = owner.site.installation
    zone, second = owner.zone(), owner.records()["dkim_ed25519"]["host"]
    owner.publish("".join(f"{entry}\n" for entry in zone.splitlines() if not entry.startswith(second)))
    assert owner.check() == "pending"

    def checks():
        return len(installation.sql(f"SELECT 1 FROM dns_check c JOIN domain d ON d.id = c.domain_id WHERE d.name = '{owner.name}'"))
    checked_at = owner.show()["checked_at"]
    installation.must("sweep")
    assert owner.show()["status"] == "pending" and owner.show()["checked_at"] == checked_at and checks() == 1
    owner.publish(zone)
    owner.site.unbound.flush()
    installation.must("sweep")
    assert owner.show()["status"] == "verified" and checks() == 2
