"""Helpers of the HTTP tests: all pages, zones for a domain, and the checks that every response must pass."""

import email
import email.policy
import re
import uuid

from testbed.client import Page

UNKNOWN = str(uuid.UUID(int=0x0193_7000_8000_7000_8000_0000_0000_0001))

# (method, path under /settings/domains/{id}) of everything that shows or changes one domain.
DOMAIN_URLS = [("GET", ""), ("GET", "/delete"), ("GET", "/zone"), ("GET", "/keys"), ("POST", "/check"), ("POST", "/delete"), ("POST", "/keys"),
               ("POST", "/keys/check"), ("GET", "/share"), ("GET", "/history"), ("GET", "/answers"), ("POST", "/share"),
               ("POST", "/share/revoke")]

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = ("default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'")


def assert_secure(answer):
    """The security headers, on any response of the program."""
    for name, value in HEADERS.items():
        assert answer.headers.get(name) == value, f"{answer.url}: {name}: {answer.headers.get(name)}"
    assert "Permissions-Policy" in answer.headers
    policy = answer.headers.get("Content-Security-Policy", "")
    for part in POLICY:
        assert part in policy, f"{answer.url}: {policy}"
    assert "unsafe" not in policy and "*" not in policy
    assert "Server" not in answer.headers or "/" not in answer.headers["Server"]


def records(page):
    """{record: (verdict, host, value, {findings})} as a domain's page shows them."""
    found = {}
    for element in page.all(data_record=True):
        found[element["data-record"]] = (
            element["data-verdict"], page.one(within=element, data_copy="host").text, page.one(within=element, data_copy="value").text,
            {f["data-finding"] for f in page.all(within=element, data_finding=True)})
    return found


def domain_status(page):
    return page.one(data_status=True)["data-status"]


def alert(page):
    """The text of the page's error message."""
    return " ".join(e.text for e in page.all(role="alert")).strip()


def publish_zone(site, client, name, domain_id):
    """Publishes the zone file that the page offers."""
    answer = client.get(f"/settings/domains/{domain_id}/zone")
    assert answer.status_code == 200
    site.nsd.publish(name, answer.text)


def parse(answer):
    return Page(answer.text)


def mail_text(mail):
    """The text of a mail in a sink."""
    return email.message_from_bytes(mail.data, policy=email.policy.default).get_content()


def mailed_link(mail):
    """The path of the link in a mail, as a browser requests it."""
    (link,) = re.findall(r"https?://[^/\s]+(/login/link/[A-Za-z0-9_-]{43})\b", mail_text(mail))
    return link
