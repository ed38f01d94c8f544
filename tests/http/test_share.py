"""The share link for the DNS administrator: what it opens and for how long, that a wrong token opens nothing, and that it shows nothing else of the account."""

import hashlib
import re

import pytest

from pages import UNKNOWN, domain_status, parse, publish_zone, records
from testbed.client import Client
from testbed.site import fresh_domain

TOKEN = r"[A-Za-z0-9_-]{43}"


def make(client, domain):
    """Makes a link by the page's form; returns its token."""
    answer = client.post(f"/settings/domains/{domain}/share", client.page(f"/settings/domains/{domain}").form(f"/settings/domains/{domain}/share"))
    assert answer.status_code == 200, answer.text[:500]
    link = parse(answer).one(data_copy="link").text
    assert re.fullmatch(r"https?://[^/]+/share/" + TOKEN, link), link
    return link.rsplit("/", 1)[1]


def revoke(client, domain):
    return client.post(f"/settings/domains/{domain}/share/revoke", csrf=client.csrf(f"/settings/domains/{domain}"))


def guest_check(guest, token, **options):
    page = guest.page(f"/share/{token}")
    return guest.post(f"/share/{token}/check", page.form(f"/share/{token}/check"), **options)


@pytest.fixture
def shared(site, client):
    name = fresh_domain()
    domain = client.add_domain(name)
    return {"name": name, "domain": domain, "token": make(client, domain), "guest": site.client()}


def test_from_link_to_verified(site, client, shared):
    guest, token, name = shared["guest"], shared["token"], shared["name"]
    page = guest.page(f"/share/{token}")
    assert domain_status(page) == "pending"
    assert records(page) == records(client.page(f"/settings/domains/{shared['domain']}"))
    zone = guest.get(f"/share/{token}/zone")
    assert zone.status_code == 200 and zone.headers["Content-Type"].startswith("text/plain")
    assert zone.text == client.get(f"/settings/domains/{shared['domain']}/zone").text
    answer = guest_check(guest, token)
    assert answer.status_code == 303 and answer.headers["Location"] == f"/share/{token}?checked=1"
    assert records(guest.page(answer.headers["Location"]))["dkim"][0] == "missing"
    publish_zone(site, client, name, shared["domain"])
    answer = guest_check(guest, token, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 200 and "<html" not in answer.text and domain_status(parse(answer)) == "verified"
    assert domain_status(client.page(f"/settings/domains/{shared['domain']}")) == "verified"
    assert site.installation.sql("SELECT COUNT(*) FROM dns_check WHERE `trigger` = 'share' AND account_id IN (SELECT account_id FROM domain WHERE name = '%s')" % name) == [["2"]]


def test_nothing_of_the_account_is_there(client, account, shared):
    client.check(shared["domain"])
    page = shared["guest"].get(f"/share/{shared['token']}").text
    for secret in (account.email, account.id, "Klant", shared["domain"], "/settings", "/delete", "/logout"):
        assert secret not in page, secret


def test_robots_and_referrers_are_kept_out(shared):
    responses = [shared["guest"].get(f"/share/{token}{path}") for token in (shared["token"], "x" * 43) for path in ("", "/zone")]
    responses.append(guest_check(shared["guest"], shared["token"]))
    for answer in responses:
        assert answer.headers["Referrer-Policy"] == "no-referrer", answer.url
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "no-store" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
    assert 'name="robots"' in responses[0].text
    assert shared["guest"].get("/login").headers["Referrer-Policy"] == "same-origin"


def test_a_refused_request_has_the_headers_of_its_url(own_site, site):
    """The headers do not depend on the thread's earlier responses."""
    guest, no_form = own_site(servers=site, threads=1, check_threads=1).client(), {"data": b"{}", "headers": {"Content-Type": "application/json"}}
    for path, policy in (("/share/" + "A" * 43, "no-referrer"), ("/login", "same-origin"), ("/share/" + "A" * 43, "no-referrer")):
        for answer in (guest.request("POST", path, **no_form), guest.get(path)):
            assert answer.headers["Referrer-Policy"] == policy and ("X-Robots-Tag" in answer.headers) == (policy == "no-referrer"), answer.url


def test_the_token_is_stored_hashed_only(site, shared):
    rows = site.installation.sql("SELECT HEX(token_hash) FROM share_link")
    assert hashlib.sha256(shared["token"].encode()).hexdigest().upper() in [row[0] for row in rows]
    for table, in site.installation.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'"):
        assert shared["token"] not in str(site.installation.sql(f"SELECT * FROM `{table}`")), table
    assert shared["token"] not in site.installation.logs()


def test_links_are_unguessable(client, shared):
    tokens = {make(client, shared["domain"]) for _ in range(5)}
    assert len(tokens) == 5 and len({t[:4] for t in tokens}) == 5


@pytest.mark.parametrize("token", ["x" * 43, "", "x" * 42, "x" * 44, "%27" + "x" * 42, "x" * 20 + "/" + "x" * 22, "x" * 42 + "=", UNKNOWN, "é" * 43])
def test_what_is_no_link_is_404(shared, token):
    for method, path in (("GET", ""), ("GET", "/zone"), ("POST", "/check")):
        answer = shared["guest"].request(method, f"/share/{token}{path}", data={"csrf": "x" * 43} if method == "POST" else None)
        assert answer.status_code in (400, 403, 404), (answer.status_code, token)


def test_a_part_or_another_case_of_the_token_opens_nothing(shared):
    token = shared["token"]
    for other in (token.swapcase(), token[:-1] + ("A" if token[-1] != "A" else "B"), "A" + token[1:] if token[0] != "A" else "B" + token[1:]):
        assert shared["guest"].get(f"/share/{other}").status_code == 404


def test_a_new_link_ends_the_earlier_one(client, shared):
    newer = make(client, shared["domain"])
    assert shared["guest"].get(f"/share/{shared['token']}").status_code == 404
    assert shared["guest"].get(f"/share/{newer}").status_code == 200


def test_revoked_and_expired_and_unknown_look_alike(site, client, shared):
    guest, token = shared["guest"], shared["token"]
    form = guest.page(f"/share/{token}").form(f"/share/{token}/check")
    unknown = guest.get("/share/" + "x" * 43)
    assert unknown.status_code == 404 and parse(unknown).all(role="alert") and "/settings" not in unknown.text

    def dead():
        for method, path, data in (("GET", "", None), ("GET", "/zone", None), ("POST", "/check", form)):
            answer = guest.request(method, f"/share/{token}{path}", data=data)
            assert answer.status_code == 404 and answer.text == unknown.text, (method, path)

    site.installation.sql(f"UPDATE share_link SET expires_at = UNIX_TIMESTAMP() * 1000 - 1 WHERE token_hash = UNHEX(SHA2('{token}', 256))")
    dead()
    assert client.page(f"/settings/domains/{shared['domain']}").all(data_share="ended")
    site.installation.sql(f"UPDATE share_link SET expires_at = UNIX_TIMESTAMP() * 1000 + 60000 WHERE token_hash = UNHEX(SHA2('{token}', 256))")
    assert guest.get(f"/share/{token}").status_code == 200
    answer = revoke(client, shared["domain"])
    assert answer.status_code == 303 and client.page(answer.headers["Location"]).all(role="status")
    dead()
    assert revoke(client, shared["domain"]).status_code == 303  # once more does nothing


def test_it_expires_after_share_days(site, shared):
    [[days]] = site.installation.sql(f"SELECT ROUND((expires_at - created_at) / 86400000) FROM share_link WHERE token_hash = UNHEX(SHA2('{shared['token']}', 256))")
    assert int(float(days)) == 30


def test_deleting_the_domain_ends_the_link(client, shared):
    client.post(f"/settings/domains/{shared['domain']}/delete", csrf=client.csrf())
    assert shared["guest"].get(f"/share/{shared['token']}").status_code == 404


def test_the_admin_sees_that_it_was_opened_and_checked(client, shared):
    path, guest, token = f"/settings/domains/{shared['domain']}", shared["guest"], shared["token"]
    state = client.page(path)
    assert "Nog niet geopend" in state.one(data_share="opened").text and not state.all(data_share="checked")
    assert token not in client.get(path).text  # shown once
    assert guest.request("HEAD", f"/share/{token}").status_code == 200  # a HEAD request, as mail scanners send, does not count as opening
    assert "Nog niet geopend" in client.page(path).one(data_share="opened").text
    guest.get(f"/share/{token}")
    state = client.page(path)
    assert "vandaag" in state.one(data_share="opened").text and not state.all(data_share="checked")
    guest_check(guest, token)
    assert "vandaag" in client.page(path).one(data_share="checked").text
    assert "via de link" in client.get(path).text.split("Geschiedenis")[1]


def test_other_accounts_and_viewers_make_no_links(site, account, client, shared):
    other, viewer = site.account().client(), site.account("viewer", account.id).client()
    for path in (f"/settings/domains/{shared['domain']}/share", f"/settings/domains/{shared['domain']}/share/revoke"):
        assert other.post(path, csrf=other.csrf()).status_code == 404
        assert viewer.post(path, csrf=viewer.csrf(f"/settings/domains/{shared['domain']}")).status_code == 403
        assert client.post(path).status_code == 403  # without the token of the form
        answer = site.client().post(path, csrf="x" * 43)
        assert answer.status_code == 303 and answer.headers["Location"].startswith("/login")
    assert shared["guest"].get(f"/share/{shared['token']}").status_code == 200
    assert not viewer.page(f"/settings/domains/{shared['domain']}").all("form", action=f"/settings/domains/{shared['domain']}/share")


def test_the_check_wants_its_form(shared):
    guest, token = shared["guest"], shared["token"]
    assert guest.post(f"/share/{token}/check").status_code == 403
    assert guest.post(f"/share/{token}/check", csrf="x" * 43).status_code == 403
    assert guest_check(guest, token, headers={"Origin": "https://evil.example"}).status_code == 403
    assert guest_check(guest, token, headers={"Origin": "null"}).status_code == 303  # what no-referrer makes of our own page's


def test_links_and_their_checks_are_limited(own_site, site):
    narrow = own_site(servers=site, limit_add="3/60", limit_check="2/60")
    client = narrow.account().client()
    domain = client.add_domain(fresh_domain())
    token = make(client, domain)
    guest = Client(narrow.url)
    responses = [guest_check(guest, token) for _ in range(3)]
    assert [a.status_code for a in responses] == [303, 303, 429] and int(responses[2].headers["Retry-After"]) > 0
    assert parse(responses[2]).all(role="alert") and "/settings" not in responses[2].text
    made = [client.post(f"/settings/domains/{domain}/share", csrf=client.csrf()).status_code for _ in range(3)]
    assert made == [200, 200, 429]


def test_the_mail_is_ready(client, shared):
    domain = shared["domain"]
    answer = client.post(f"/settings/domains/{domain}/share", csrf=client.csrf())
    page = parse(answer)
    link, mail = page.one(data_copy="link").text, page.one(id="share-mail")["href"]
    assert mail.startswith("mailto:?subject=") and "+" not in mail and len(mail) < 1900
    assert link.replace(":", "%3A").replace("/", "%2F") in mail and shared["name"] in mail
    assert link in page.one(data_copy="mail").text


def test_in_the_readers_language(shared):
    assert "DNS records for" in shared["guest"].get(f"/share/{shared['token']}", headers={"Accept-Language": "en"}).text
    assert "DNS-records voor" in shared["guest"].get(f"/share/{shared['token']}", headers={"Accept-Language": "nl"}).text
