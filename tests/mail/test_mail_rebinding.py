"""A customer's SMTP server whose name gets another address in DNS after it was saved: nothing is sent to internal addresses, and the sender's page says so."""

import os
import secrets
import time

import pytest

from post import OUTSIDE
from testbed.child import Servers
from testbed.client import Page
from testbed.dns import Unbound
from testbed.mail_site import MailSite
from testbed.sinks import Authority, Sink
from testbed.site import Site, fresh_domain

ZONE = "klantserver.example"
HOST = "smtp." + ZONE
PUBLIC = "8.8.8.8"  # the name's address when it is saved; nothing is sent there
PORT = 2525


def somewhere(network):
    return f"{network}.{secrets.randbelow(250) + 1}.{secrets.randbelow(250) + 1}"


class Office:
    """The site with its mail server, its resolver, and two servers under the customer's name: one external, one internal."""

    def __init__(self):
        self.site, self.mail, self._own = Site(web=False), None, Servers()
        try:
            self.resolver = self._own.begin(Unbound(os.path.join(self.site.folder, "resolver"), self.site.nsd, somewhere("127.53"), 53))
            self.lead_to(PUBLIC)
            authority = Authority(os.path.join(self.site.folder, "ca"))
            self.outside, self.inside = (self._own.begin(Sink(somewhere(network), PORT, users={"user": "secret"}, tls=authority.context(HOST)))
                                         for network in (OUTSIDE.rsplit(".", 2)[0], "127.76"))
            self.mail = MailSite(self.site, resolver=self.resolver.address, TRUSTED_CA=authority.certificate, INWARD_EXCEPT="! " + OUTSIDE)
        except BaseException:
            self.stop()
            raise

    def lead_to(self, *addresses):
        self.site.nsd.publish(ZONE, "".join(f"smtp 0 A {a}\n" for a in addresses))
        self.site.unbound.flush()
        self.resolver.flush()

    def stop(self):
        if self.mail:
            self.mail.stop()
        self._own.stop()
        return self.site.stop()


@pytest.fixture(scope="module")
def office():
    if os.geteuid() != 0:
        pytest.skip("needs root: a resolver on port 53, and a mail server that asks it")
    one = Office()
    yield one
    statuses = one.stop()
    assert all(status == 0 for status in statuses.values()), f"{statuses}\n{one.site.last_log[-3000:]}"


class Sender:
    def __init__(self, office):
        self.office, self.address = office, "sales@" + fresh_domain("nl")
        account = office.site.account()
        self.client, self.login = account.client(), office.mail.credential(account)
        office.lead_to(PUBLIC)
        answer = self.client.post("/settings/senders", {"address": self.address, "route": "smtp", "host": HOST, "port": str(PORT), "security": "starttls", "username": "user",
                                                        "password": "secret"}, csrf=self.client.csrf("/settings/senders/new"))
        assert answer.status_code == 303, answer.text
        self.path = answer.headers["Location"].split("?")[0]

    def send(self):
        subject = secrets.token_hex(6)
        with self.office.mail.exim.client(*self.login) as smtp:
            smtp.sendmail(self.address, ["bob@ontvanger.test"], f"From: {self.address}\r\nSubject: {subject}\r\n\r\nDag\r\n")
        return subject

    def told(self, count):
        """The page's text about bounces, once there are `count`."""
        until = time.monotonic() + 20
        while len(found := Page(self.client.get(self.path).text).all("li", data_bounce=True)) < count:
            assert time.monotonic() < until, self.office.mail.exim.log()[-2000:]
            time.sleep(0.1)
        return [item.text for item in found]


def test_a_name_that_gets_an_internal_address(office):
    sender = Sender(office)
    # External, as when it was saved: mail is sent there.
    office.lead_to(office.outside.address)
    first = sender.send()
    (mail,) = office.outside.wait(match=lambda m: first in m.header("Subject"))
    assert mail.tls and mail.user == "user"
    # Internal: no connection, no other route, and the page names the host and the reason.
    office.lead_to(office.inside.address)
    second = sender.send()
    (told,) = sender.told(1)
    assert HOST in told and "heeft nu een adres waar we niet naartoe sturen" in told and "bob@ontvanger.test" in told
    assert office.inside.connections == 0
    assert not any(sink.of(second) for sink in (office.outside, office.mail.own_route, office.mail.default))
    # External again: new mail is sent, failed mail is not sent again.
    office.lead_to(office.outside.address)
    third = sender.send()
    office.outside.wait(match=lambda m: third in m.header("Subject"))
    assert not office.outside.of(second) and not office.mail.exim.queue()


def test_a_name_with_an_external_and_an_internal_address(office):
    """The external address is used, the internal one never, also when the first is down."""
    sender = Sender(office)
    office.lead_to(office.inside.address, office.outside.address)
    office.outside.wait(match=lambda m, subject=sender.send(): subject in m.header("Subject"))
    office.lead_to(office.inside.address, f"127.77.255.{secrets.randbelow(250) + 1}")
    sender.send()
    until = time.monotonic() + 20
    while "Connection refused" not in office.mail.exim.log():
        assert time.monotonic() < until, office.mail.exim.log()[-2000:]
        time.sleep(0.1)
    assert office.inside.connections == 0 and not office.inside.mails
