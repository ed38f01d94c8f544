"""End to end: a domain added in Chromium, its zone file served by NSD, Check status, a mail submitted by SMTP, and at the receiver
independent verifiers (python3-dkim, npm's mailauth) with the same DNS: DKIM, SPF and DMARC pass, aligned."""

import email.utils
import os
import sys
import time

import dns.message
import dns.query
import dns.rcode
import pytest
from selenium.webdriver.common.keys import Keys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "mail"))

from chromium import Browser  # noqa: E402
from verifier import assert_passes, verify  # noqa: E402
from test_walk import add, status, wait  # noqa: E402
from testbed.installation import PLATFORM, PLATFORM_ZONE, RETURN_PATH_TARGET  # noqa: E402
from testbed.mail_site import MailSite  # noqa: E402
from testbed.site import Site, fresh_domain  # noqa: E402


@pytest.fixture(scope="module")
def office():
    site = Site(web=False)
    mail = None
    try:
        # The platform sends from this machine, and its zone says so, so that SPF is evaluated as by an external receiver.
        zone = PLATFORM_ZONE.replace("192.0.2.25", "127.0.0.1")
        site.nsd.publish(PLATFORM, zone)
        mail = MailSite(site, MAIL_DOMAIN=RETURN_PATH_TARGET)
        yield mail
    finally:
        if mail:
            mail.stop()
        site.stop()


class Resolver:
    """The TXT records of some names by the site's resolver, CNAMEs followed: {name: TXT}."""

    def __init__(self, site):
        self.site = site

    def txt(self, name):
        answer = dns.query.udp(dns.message.make_query(name, "TXT"), self.site.unbound.address, port=self.site.unbound.port, ignore_unexpected=True, timeout=5)
        if answer.flags & dns.flags.TC:
            answer = dns.query.tcp(dns.message.make_query(name, "TXT"), self.site.unbound.address, port=self.site.unbound.port, timeout=5)
        return [b"".join(rr.strings).decode() for rrset in answer.answer if rrset.rdtype == dns.rdatatype.TXT for rr in rrset]

    def table(self, names):
        return {name: found[0] for name in names if (found := self.txt(name))}


def test_from_the_click_to_the_pass(office, shots):
    site = office.site
    account = site.account()
    browser = Browser(site, shots)
    try:
        browser.login(account)
        name = fresh_domain("nl")
        domain = add(browser, name)
        assert status(browser) == "pending"
        login, password = office.credential(account)

        def submit(subject):
            with office.exim.client(login, password) as smtp:
                smtp.sendmail(f"sales@{name}", ["bob@ontvanger.test"],
                              (f"From: Verkoop <sales@{name}>\r\nTo: bob@ontvanger.test\r\nSubject: {subject}\r\nDate: {email.utils.formatdate()}\r\n"
                               f"Message-ID: <{subject}@{name}>\r\n\r\nDag Bob,\r\n\r\n.dit is een mail.\r\n").encode())

        # Before: by the default host, and not authenticated as that domain.
        submit("te-vroeg")
        (early,) = office.default.wait(match=lambda m: m.header("Subject") == ["te-vroeg"])
        assert not early.header("DKIM-Signature") and name not in early.mail_from

        # The zone file of the page's link, appended to an existing zone.
        link = browser.find(f"a[href^='/settings/domains/{domain}/zone']").get_attribute("href")
        zone = browser.driver.execute_async_script("const done = arguments[1]; fetch(arguments[0]).then(r => r.text()).then(done)", link)
        site.nsd.publish(name, zone)
        browser.find("#check-status").send_keys(Keys.ENTER)
        wait(lambda: status(browser) == "verified")
        began = time.monotonic()
        submit("en-nu")
        (mail,) = office.own_route.wait(match=lambda m: m.header("Subject") == ["en-nu"])
        assert time.monotonic() - began < 10

        signature = mail.header("DKIM-Signature")[0]
        selector = next(part.split("=", 1)[1] for part in signature.replace(" ", "").split(";") if part.startswith("s="))
        records = Resolver(site).table([f"{selector}._domainkey.{name}", f"_dmarc.{name}", f"bounce.{name}", RETURN_PATH_TARGET, name])
        assert records[f"bounce.{name}"].startswith("v=spf1") and records[f"_dmarc.{name}"].startswith("v=DMARC1")
        (verdict,) = verify([mail], records)
        assert_passes(mail, verdict, name)
    finally:
        browser.quit()
