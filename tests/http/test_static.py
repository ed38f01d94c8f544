"""Files that the web server serves: names with a hash, cached for a year; a first visit in few bytes; both web servers alike."""

import gzip
import http.client
import os
import re
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from testbed.client import Page
from testbed.web import Apache

FIRST_VISIT = 30 * 1024  # bytes, headers included


def fetch(url, path, **headers):
    """(bytes on the wire, status, headers, body): the response as sent, still compressed."""
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=30)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip", **headers})
    answer = connection.getresponse()
    body = answer.read()
    wire = len(body) + sum(len(name) + len(value) + 4 for name, value in answer.getheaders()) + len("HTTP/1.1 200 OK\r\n\r\n")
    connection.close()
    return wire, answer.status, answer.headers, body


def unpacked(headers, body):
    return gzip.decompress(body) if headers["Content-Encoding"] == "gzip" else body


def parts(html):
    """All files that a browser fetches for this page."""
    page = Page(html)
    found = [e["href"] for e in page.all("link", href=True)] + [e["src"] for e in page.all("script", src=True)] + [e["src"] for e in page.all("img", src=True)]
    return list(dict.fromkeys(found))


@pytest.fixture(scope="module", params=["nginx", "apache"])
def server(request, site):
    if request.param == "nginx":
        yield site.installation.nginx
        return
    fcgi = site.installation.fcgi
    os.chmod(site.installation.folder, 0o711)
    apache = Apache(site.installation.source, site.folder + "/apache-static", fcgi["pages"].socket, fcgi["checks"].socket)
    apache.start()
    yield apache
    apache.stop()


@pytest.fixture(scope="module")
def full(site):
    """An account with more domains than a page shows."""
    account = site.account()
    client = account.client()
    for i in range(16):
        client.add_domain(f"klant-{i}.example")
    return account


def test_first_visit_is_small(server, full):
    """The overview with a full page of rows, its stylesheets, script and icon."""
    client = full.client(server.url)
    cookie = "; ".join(f"{c.name}={c.value}" for c in client.http.cookies)
    wire, status, headers, body = fetch(server.url, "/settings/domains", Cookie=cookie)
    assert status == 200 and headers["Content-Encoding"] == "gzip"
    html = unpacked(headers, body).decode()
    assert html.count("data-domain=") >= 10 and "rel=\"next\"" in html  # a whole page of them
    total = {"/settings/domains": wire}
    for path in parts(html):
        wire, status, headers, body = fetch(server.url, path)
        assert status == 200, path
        total[path] = wire
        if path.endswith(".css"):
            assert not re.search(rb'url\("?(?!"?data:)', unpacked(headers, body)), f"{path} asks for more"
    assert len(total) >= 4
    print(total, sum(total.values()))
    assert sum(total.values()) < FIRST_VISIT, total


def test_kept_for_a_year(server):
    _, _, headers, body = fetch(server.url, "/login")
    assert "no-store" in headers["Cache-Control"]
    for path in parts(unpacked(headers, body).decode()):
        assert re.fullmatch(r"/static/\w+\.[0-9a-f]{12}\.(css|js)|/brand/icon\.svg\?v=[0-9a-f]{16}", path), path
        _, status, headers, _ = fetch(server.url, path)
        assert status == 200
        kept = headers["Cache-Control"]
        assert "max-age=31536000" in kept and "immutable" in kept and "public" in kept and "," not in re.sub(r", (max-age=\d+|immutable)", "", kept), kept
        assert headers["X-Content-Type-Options"] == "nosniff" and "default-src 'none'" in headers["Content-Security-Policy"]
        assert "Set-Cookie" not in headers


def test_what_is_not_there_is_not_kept(server):
    for path in ("/static/volmacht.000000000000.css", "/static/", "/static/volmacht.css", "/static/icons/ok.svg"):
        _, status, headers, _ = fetch(server.url, path)
        assert status in (403, 404), path
        assert "immutable" not in headers.get("Cache-Control", ""), path


def test_who_takes_no_gzip_gets_none(server):
    _, status, headers, body = fetch(server.url, "/login", **{"Accept-Encoding": "identity"})
    assert status == 200 and "Content-Encoding" not in headers and b"<html" in body


def test_compressed_pages_hide_their_token(site, account):
    """A page's secrets are masked anew in each response, and each form is valid: the compressed length reveals nothing (BREACH)."""
    client = account.client()
    seen = [client.csrf() for _ in range(4)]
    assert len(set(seen)) == 4
    for i, token in enumerate(seen):
        assert client.post("/settings/domains", {"domain": f"token-{i}.example"}, csrf=token).status_code == 303
    for wrong in ("", "A" * 43, seen[0][:-1], seen[0] + "A", seen[0][:10] + seen[1][10:], "\xff" * 43):
        assert client.post("/settings/domains", {"domain": "token.example"}, csrf=wrong).status_code == 403, wrong


def publish(source, *arguments):
    return subprocess.run([sys.executable, os.path.join(source, "static", "publish.py"), *map(str, arguments)], capture_output=True, text=True, check=False)


def test_a_name_follows_its_content(source, tmp_path):
    out = tmp_path / "out"
    (tmp_path / "a.js").write_text("1\n")
    (tmp_path / "icon.svg").write_text("<svg/>\n")
    (tmp_path / "a.css").write_text('/* why */\na {\n\tmask: url("icon.svg");\n}\n')
    (tmp_path / "page.tpl").write_text('<script src="/static/a.js"></script><link href="/static/a.css">\n')
    assert publish(source, "files", out, tmp_path / "a.js", tmp_path / "a.css").returncode == 0
    first = dict(line.split() for line in (out / "names").read_text().splitlines())
    css = (out / first["a.css"]).read_text()
    assert "why" not in css and "data:image/svg+xml;base64," in css and "icon.svg" not in css
    assert publish(source, "point", out / "names", tmp_path / "page.tpl").returncode == 0
    assert (tmp_path / "page.tpl").read_text() == f'<script src="/static/{first["a.js"]}"></script><link href="/static/{first["a.css"]}">\n'
    (tmp_path / "icon.svg").write_text("<svg></svg>\n")
    assert publish(source, "files", out, tmp_path / "a.js", tmp_path / "a.css").returncode == 0
    second = dict(line.split() for line in (out / "names").read_text().splitlines())
    assert second["a.js"] == first["a.js"] and second["a.css"] != first["a.css"]
    assert sorted(os.listdir(out)) == sorted([*second.values(), "names"])


def test_what_is_missing_is_named(source, tmp_path):
    (tmp_path / "a.css").write_text('a { mask: url("gone.svg"); }\n')
    done = publish(source, "files", tmp_path / "out", tmp_path / "a.css")
    assert done.returncode == 1 and "gone.svg" in done.stderr and "a.css" in done.stderr
    (tmp_path / "names").write_text("a.js a.0.js\n")
    (tmp_path / "page.tpl").write_text('<script src="/static/b.js"></script>')
    done = publish(source, "point", tmp_path / "names", tmp_path / "page.tpl")
    assert done.returncode == 1 and "page.tpl" in done.stderr and "b.js" in done.stderr
