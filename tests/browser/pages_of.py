"""The states of the pages, each made by real actions; shared by the walk, the screenshots and the HTML and accessibility tests."""

import re
import time
from typing import Any, Callable, NamedTuple, Optional

from selenium.webdriver.common.keys import Keys

from testbed.dns import zone_lines
from testbed.site import fresh_domain


def publish(site, name, shown, leave_out=()):
    """Publishes the records that a page showed: {kind: (host, value)}."""
    site.nsd.publish(name, zone_lines((host, "CNAME" if kind == "return_path" else "TXT", value) for kind, (host, value) in shown.items() if kind not in leave_out))


def shown_of(site, account, name):
    return {r["record"]: (r["host"], r["value"]) for r in site.installation.show(account.id, name)["records"]}


def keys_state(client, domain):
    """A new key that waits for its record, beside the active one."""
    path = f"/settings/domains/{domain}/keys"
    assert client.post(path, csrf=client.csrf()).status_code == 303
    return path


def sender_states(site, account, verified, pending):
    """The senders' pages, with every route."""
    client = account.client()
    site.nsd.publish("extern.example", "smtp A 192.0.2.80\n")

    def add(address, **fields):
        answer = client.post("/settings/senders", {"address": address, **fields}, csrf=client.csrf("/settings/senders/new"))
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"].split("?")[0]
    smtp = add(f"info@{verified}", route="smtp", host="smtp.extern.example", port="587", security="starttls", username=f"info@{verified}", password="x", name="Bakkerij Jansen")
    own = add("@" + verified, route="domain")
    waiting = add(f"verkoop@{pending}", route="domain", name="Verkoop")
    add(f"nieuws@{verified}", route="sendgrid", api_key="SG.x")
    site.installation.rows.bounces(account.id, [{"domain_name": verified, "sender_address": f"info@{verified}", "recipient": "klant@elders.nl", "status_code": "5.1.1",
                                                 "reason": "550 5.1.1 Recipient address rejected: User unknown in virtual mailbox table", "at": int(time.time() * 1000)}])
    return {"senders": "/settings/senders", "sender-new": "/settings/senders/new", "sender-smtp": smtp, "sender-own": own, "sender-waiting": waiting, "sender-delete": smtp + "/delete"}


class State(NamedTuple):
    who: Any  # the Account that is logged in; None: no login
    path: str
    act: Optional[Callable] = None  # an action in the browser before the page is tested


def typed(css, words):
    """Types text into a field and sends its form."""
    return lambda browser: browser.find(css).send_keys(words + Keys.ENTER)


def pasted(browser):
    """A list with some refused names and one that exists."""
    browser.find("#domains").send_keys(f"winkel-{fresh_domain('nl')}\nsales@{fresh_domain('nl')}\nco.uk\n")
    browser.find("form.bulk button").send_keys(Keys.ENTER)


def failed_login(browser):
    browser.find("input[name=email]").send_keys("niemand@klant.example")
    browser.find("input[name=password]").send_keys("onjuist-wachtwoord" + Keys.ENTER)


def wrong_password(browser):
    for field in ("old", "new", "again"):
        browser.find("#" + field).send_keys("heel iets anders")
    browser.find("#again").send_keys(Keys.ENTER)


def checked(browser):
    """Check status by script; without a good result, so that the offer of repeated checks is shown."""
    browser.find("#check-status").click()
    browser.wait(lambda: browser.all("[data-verdict=missing]") and not browser.all("[aria-busy=true]"))


def unfolded(browser):
    browser.find("[data-unfold]").click()
    browser.wait(lambda: browser.all("#who-answered #answers"))


def in_table(browser):
    browser.find("#view-table").send_keys(Keys.SPACE)


def shared(browser):
    browser.find("form[action$='/share'] button").click()


def all_states(site):
    """{name: State} of every page."""
    account, empty, paths = make_states(site)
    viewer = site.account("viewer", account.id)
    states = {name: State(account, path) for name, path in paths.items()}
    client = account.client()
    new = states["domain-new"].path
    link = client.post(states["domain-wrong"].path + "/share", csrf=client.csrf(states["domain-wrong"].path)).text
    link = "/share/" + re.search(r"/share/([\w-]{43})", link)[1]
    gone = client.add_domain(f"weg-{fresh_domain('nl')}")
    removed = client.post(f"/settings/domains/{gone}/delete", csrf=client.csrf()).headers["Location"]
    user = next(a["href"] for a in client.page("/settings/users").all("a", href=True) if re.fullmatch(r"/settings/users/[0-9a-f-]{36}", a["href"]))
    states.update({
        "overview-empty": State(empty, "/settings/domains"), "senders-none": State(empty, "/settings/senders"),
        "add-address": State(account, "/settings/domains/new", typed("#domain", "sales@voorbeeld.nl")),
        "bulk": State(account, "/settings/domains/bulk"), "bulk-results": State(account, "/settings/domains/bulk", pasted),
        "add-suffix": State(account, "/settings/domains/new", typed("#domain", "co.uk")),
        "domain-checked": State(account, new, checked), "domain-table": State(account, states["domain-wrong"].path, in_table),
        "domain-shared": State(account, states["domain-new"].path, shared), "domain-answers-here": State(account, states["domain-wrong"].path, unfolded),
        "domain-history": State(account, states["domain-lost"].path + "/history"), "domain-history-none": State(account, states["domain-idn"].path + "/history"),
        "domain-removed": State(account, removed),
        "domain-answers": State(account, states["domain-wrong"].path + "/answers"),
        "account": State(account, "/settings/account"), "password": State(account, "/settings/account/password"),
        "password-wrong": State(account, "/settings/account/password", wrong_password), "sessions": State(account, "/settings/account/sessions"),
        "users": State(account, "/settings/users"), "user-new": State(account, "/settings/users/new"), "user": State(account, user), "viewer-users": State(viewer, "/settings/users"),
        "second-factor": State(account, "/settings/account/second-factor"),
        "forgotten": State(None, "/login/forgotten"), "login-link-gone": State(None, "/login/link/" + "A" * 43),
        "viewer-overview": State(viewer, "/settings/domains"), "viewer-domain": State(viewer, states["domain-wrong"].path), "viewer-sender": State(viewer, states["sender-smtp"].path),
        "share": State(None, link), "share-answers": State(None, link + "/answers"), "share-gone": State(None, "/share/" + "A" * 43),
        "login": State(None, "/login"), "login-wrong": State(None, "/login", failed_login),
    })
    return states


def make_states(site):
    """The account of most pages, an empty account, and {state: path} of the first one's pages."""
    account, empty = site.account(), site.account()
    client = account.client()
    verified, wrong, lost, fresh, unknown = (f"{word}-{fresh_domain('nl')}" for word in ("bakkerij", "fietsen", "verloren", "nieuw", "stil"))
    idn = "bücher-" + fresh_domain("example")
    long = ".".join(["afdeling-met-een-lange-naam"] * 3) + "." + fresh_domain("nl")
    ids = {name: client.add_domain(name) for name in (verified, wrong, lost, fresh, unknown, idn, long)}
    for name in (verified, lost):
        publish(site, name, shown_of(site, account, name))
        client.check(ids[name])
    publish(site, lost, shown_of(site, account, lost), leave_out=("dkim",))
    client.check(ids[lost])
    shown = shown_of(site, account, wrong)
    shown["dkim"] = (shown["dkim"][0], shown["dkim"][1][:255])
    shown["return_path"] = (shown["return_path"][0], "bounce.other.example")
    publish(site, wrong, shown)
    client.check(ids[wrong])
    site.nsd.publish(unknown, f"$ORIGIN {unknown}.\n@ SOA a. b. 1 1 1 1 1\n@ NS ns.{unknown}.\nns A 127.0.0.77\n")
    client.check(ids[unknown])
    client.check(ids[long])
    base = "/settings/domains"
    return account, empty, {
        "settings": "/settings", "overview": base, "overview-none-found": base + "?q=bestaatniet", "overview-lost": base + "?status=lost", "add": base + "/new",
        "domain-new": f"{base}/{ids[fresh]}", "domain-wrong": f"{base}/{ids[wrong]}", "domain-verified": f"{base}/{ids[verified]}", "domain-lost": f"{base}/{ids[lost]}",
        "domain-no-answer": f"{base}/{ids[unknown]}", "domain-idn": f"{base}/{ids[idn]}", "domain-long": f"{base}/{ids[long]}", "delete": f"{base}/{ids[verified]}/delete",
        "not-found": "/nergens", "domain-keys": keys_state(client, ids[verified]), **sender_states(site, account, verified, fresh),
    }
