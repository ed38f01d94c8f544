"""Every page in every state as served: valid HTML (html-validate), one language, names in Unicode."""

import json
import os
import re
import shutil
import subprocess
import sys
from html import unescape

import pytest

from pages_of import all_states
from test_walk import wait

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "http"))

from pages import mailed_link  # noqa: E402
from test_mfa import CODE, HERE, Guarded, totp  # noqa: E402

from testbed.sinks import Sink  # noqa: E402

LANGUAGES = ("nl", "en")


@pytest.fixture(scope="module")
def validate(source, build):
    program = os.path.join(build, "browser", "node_modules", "html-validate", "bin", "html-validate.mjs")

    def run(folder):
        """html-validate's messages about the files of folder, one per line."""
        said = os.path.join(build, "html-validate.json")  # a pipe loses the end of long output
        done = subprocess.run([shutil.which("node"), program, "--config", os.path.join(source, "tests", "browser", "html-validate.json"), f"--formatter=json={said}", folder],
                              capture_output=True, text=True, check=False, cwd=os.path.join(build, "browser"))
        assert done.returncode in (0, 1), done.stderr
        with open(said, encoding="utf-8") as file:
            results = json.load(file)
        return [f"{os.path.basename(r['filePath'])}:{m['line']}: {m['ruleId']}: {m['message']}" for r in results for m in r["messages"]]
    return run


@pytest.fixture(scope="module")
def mailed(own_site, site):
    """{name: (client, path)} of the pages of mailed links and of MFA."""
    sink = Sink().start()
    office = own_site(servers=site, smtp_host="127.0.0.1", smtp_port=sink.port, smtp_security="none")
    account = office.account()

    def link(client, path, form, fields):
        assert client.post(path, fields, csrf=client.page(form).csrf).status_code == 303
        return mailed_link(wait(lambda: next((m for m in sink.mails if m.recipients == [fields["email"]]), None)))
    invitation = link(account.client(), "/settings/users", "/settings/users/new", {"email": "welkom@klant.example", "role": "viewer"})
    forgotten = link(office.client(), "/login/forgotten", "/login/forgotten", {"email": account.email})
    guarded = Guarded(office)
    yield {"link-invited": (office.client(), invitation), "link-password": (office.client(), forgotten),
           "login-code": (guarded.password(), CODE), "second-factor-on": (guarded.client, HERE)}
    sink.stop()


@pytest.fixture(scope="module")
def recovery(site):
    """{language: HTML} of the page that shows the recovery codes, once: the response to the first code."""
    said = {}
    for language in LANGUAGES:
        client = site.account().client()
        assert client.post(HERE, csrf=client.csrf(HERE)).status_code == 303
        page = client.page(HERE + "?lang=" + language)
        said[language] = client.post(HERE + "/confirm", {"code": totp(page.one("code", data_secret="secret").text.replace(" ", ""))}, csrf=page.csrf).text
        assert said[language].count("<li><code") >= 8
    return said


@pytest.fixture(scope="module")
def pages(site, mailed, recovery, build):
    """The folder of every page's HTML, NAME-LANGUAGE.html; kept for inspection."""
    folder = os.path.join(build, "html")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    states = {name: state for name, state in all_states(site).items() if not state.act}
    clients = {who: who.client() if who else site.client() for who in {state.who for state in states.values()}}
    asked = {**{name: (clients[who], path) for name, (who, path, _) in states.items()}, **mailed}
    for name, (client, path) in asked.items():
        for language in LANGUAGES:
            answer = client.get(path + ("&" if "?" in path else "?") + "lang=" + language)
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8" and f'<html lang="{language}">' in answer.text, path
            with open(os.path.join(folder, f"{name}-{language}.html"), "w", encoding="utf-8") as out:
                out.write(answer.text)
    for language, html in recovery.items():
        with open(os.path.join(folder, f"recovery-codes-{language}.html"), "w", encoding="utf-8") as out:
            out.write(html)
    assert len(os.listdir(folder)) == 2 * (len(asked) + 1) > 90
    return folder


def each(folder, language):
    for name in sorted(os.listdir(folder)):
        if name.endswith(f"-{language}.html"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                yield name, file.read()


def test_pages_are_valid(pages, validate):
    wrong = validate(pages)
    assert not wrong, f"{len(wrong)} complaints\n" + "\n".join(sorted(set(re.sub(r"-(nl|en)\.html", ".html", w) for w in wrong)))


def words_of(html):
    """What users see or hear of a page: text and the attributes that are read, each on a line."""
    pieces = re.findall(r'(?:title|alt|placeholder|aria-label|data-(?!copy=)[a-z]+)="([^"]*)"', html)
    return "\n".join(unescape(p).strip() for p in pieces + re.split(r"<[^>]*>", re.sub(r"(?s)<(script|style)\b.*?</\1>", "", html)) if p.strip())


def test_each_page_is_in_one_language(source, pages):
    """No Dutch original on an English page, no translation on a Dutch one, for the texts of templates and of C."""
    listed = subprocess.run(["msgattrib", "--no-wrap", "--no-location", os.path.join(source, "po", "en.po")], check=True, capture_output=True, text=True).stdout
    pairs = re.findall(r'(?m)^msgid "(.{4,})"\nmsgstr "(.+)"', listed)
    # Complete texts without placeholders; texts that are equal in both languages, or are words of the other, prove nothing.
    plain = [(a, b) for a, b in pairs if not re.search(r"\{|\\", a + b) and a != b]
    dutch, english = {a for a, _ in plain} - {b for _, b in plain}, {b for _, b in plain} - {a for a, _ in plain}
    assert len(dutch) > 150
    wrong = [f"{name}: {line}" for language, foreign in (("en", dutch), ("nl", english)) for name, html in each(pages, language)
             for line in words_of(html).split("\n") if line in foreign and line not in ("Nederlands", "English")]
    assert not wrong, "\n".join(sorted(set(wrong)))
    seen = "\n".join(words_of(html) for _, html in each(pages, "nl")).split("\n")
    assert len(dutch & set(seen)) > 80, "the test found no texts"


def test_idns_are_shown_as_people_write_them(pages):
    """bücher.example with its A-label form beside it; the latter never alone."""
    seen = 0
    for language in LANGUAGES:
        for name, html in each(pages, language):
            words = words_of(html)
            if name.startswith(("domain-idn", "overview-nl", "overview-en", "viewer-overview")):
                assert re.search(r"(?m)^bücher-\S+\.example$", words) and re.search(r"(?m)^xn--bcher-\S+\.example$", words), name
                seen += 1
            title = re.search(r"<title>(.*?)</title>", html)[1] + re.search(r"(?s)<h1\b.*?>(.*?)</h1>", html)[1].split("<code")[0]
            assert "xn--" not in title, name
    assert seen >= 6


def test_the_validator_finds_faults(tmp_path, validate):
    """A validator that accepts everything is useless."""
    (tmp_path / "bad.html").write_text('<!doctype html>\n<html lang="nl"><head><title>x</title></head><body><ul><p id="a">x</ul><div id="a"></div></body></html>\n', encoding="utf-8")
    wrong = validate(str(tmp_path))
    assert any("no-dup-id" in w for w in wrong) and len(wrong) >= 2, wrong
