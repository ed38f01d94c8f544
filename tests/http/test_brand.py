"""Branding of the pages: name, mark or logo, accent colour; a wrong value is refused before the program starts."""

import os
import re
import struct
import zlib

import pytest

from testbed.child import StartError

BLUE, BLUE_DARK = "#1d4ed8", "#93c5fd"
SVG = '<?xml version="1.0"?>\n<!-- a mark -->\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 26"><script>alert(1)</script><rect width="80" height="26"/></svg>\n'


def png(width=26, height=26):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = zlib.compress((b"\0" + b"\x1d\x4e\xd8" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def own(site, own_site):
    return own_site(servers=site)


def restart(site, **settings):
    installation = site.installation
    defaults = {"brand_name": None, "accent_color": None, "accent_color_dark": None, "logo": None, "logo_width": None}
    installation.write_config(**{**defaults, **settings})
    for fcgi in installation.fcgi.values():
        fcgi.stop()
    for fcgi in installation.fcgi.values():
        fcgi.start()
    return site.client().page("/login")


def linked(page):
    return [e["href"] for e in page.all("link", href=True)]


def test_without_any_setting(own):
    page = restart(own)
    assert page.one(class_="brand").text == "VVolmacht" and page.one("span", class_="mark")["aria-hidden"] == "true"
    assert not [href for href in linked(page) if href.startswith("/brand/style.css")]
    assert own.client().get("/brand/style.css").status_code == 404 and own.client().get("/brand/logo").status_code == 404
    icon = own.client().get("/brand/icon.svg")
    assert icon.headers["Content-Type"] == "image/svg+xml" and 'fill="#0b6e66"' in icon.text and ">V</text>" in icon.text


def test_name_and_accent(own):
    page = restart(own, brand_name="Überpost & Co", accent_color=BLUE, accent_color_dark=BLUE_DARK)
    assert page.one(class_="brand").text == "ÜÜberpost & Co" and page.one("title").text.endswith(" · Überpost & Co")
    href = next(href for href in linked(page) if href.startswith("/brand/style.css"))
    style = own.client().get(href)
    assert style.status_code == 200 and style.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "max-age=31536000" in style.headers["Cache-Control"] and "immutable" in style.headers["Cache-Control"] and "Cookie" not in style.headers.get("Vary", "")
    light, _, dark = style.text.partition("@media")
    assert f"--accent: {BLUE};" in light and "--on-accent: #ffffff;" in light and f"--accent: {BLUE_DARK};" in dark and "{{" not in style.text
    assert re.findall(r"--[\w-]+", light) == re.findall(r"--[\w-]+", dark) == ["--accent", "--accent-strong", "--on-accent", "--accent-tint"]
    icon = own.client().get(next(href for href in linked(page) if href.startswith("/brand/icon.svg"))).content.decode()
    assert f'fill="{BLUE}"' in icon and ">Ü</text>" in icon
    # While machines differ, one version's URL must not be kept with another's content.
    assert "no-store" in own.client().get("/brand/style.css?v=0000000000000000").headers["Cache-Control"]
    before = href
    page = restart(own, accent_color=BLUE)
    after = next(href for href in linked(page) if href.startswith("/brand/style.css"))
    assert after != before, "another look has another URL"


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_logo(own, kind):
    content = png() if kind == "png" else SVG.encode()
    with open(os.path.join(own.installation.folder, "logo." + kind), "wb") as out:
        out.write(content)
    page = restart(own, brand_name="Postbode", logo="logo." + kind)
    image = page.one("img")
    assert (image["alt"], image["width"], image["height"]) == ("", "26", "26") and page.one(class_="brand").text == "Postbode" and not page.all(class_="mark")
    answer = own.client().get(image["src"])
    assert answer.content == content and answer.headers["Content-Type"] == ("image/png" if kind == "png" else "image/svg+xml")
    assert "immutable" in answer.headers["Cache-Control"] and answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy, "opened by itself, nothing in it runs"
    assert image["src"] in linked(page), "the browser's tab shows it too"


def test_logo_that_holds_the_name(own):
    with open(os.path.join(own.installation.folder, "logo.svg"), "w", encoding="utf-8") as out:
        out.write(SVG)
    page = restart(own, brand_name="Postbode", logo="logo.svg", logo_width=120)
    assert page.one("img")["alt"] == "Postbode" and page.one("img")["width"] == "120" and page.one(class_="brand").text == ""


@pytest.mark.parametrize("settings,said", [
    ({"accent_color": "#f5a623"}, ["accent_color: #f5a623", "contrast of 1.8", "4.5 is needed", "nearest colour that is good is #"]),
    ({"accent_color_dark": "#0b6e66"}, ["accent_color_dark: #0b6e66", "dark pages", "nearest"]),
    ({"accent_color": "teal"}, ["accent_color: must be a colour as #0b6e66"]),
    ({"logo": "none.svg"}, ["none.svg", "No such file"]),
    ({"logo": "volmacht.conf"}, ["is no PNG and no SVG"]),
    ({"logo": "large.svg"}, ["larger than 65536 bytes"]),
    ({"logo_width": "10"}, ["logo_width: must be a whole number from 16 to 240"]),
])
def test_what_is_wrong_does_not_start(own, settings, said):
    with open(os.path.join(own.installation.folder, "large.svg"), "w", encoding="ascii") as out:
        out.write("<svg>" + " " * 65536 + "</svg>")
    with pytest.raises(StartError) as refused:
        restart(own, **settings)
    text = str(refused.value)
    assert all(words in text for words in said), text
    restart(own)
