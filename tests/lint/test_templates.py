"""The rules of the templates: escaping on and never off, strict CSP, words marked for translation."""

import re

import pytest

from tree import complaints, ours, read

TEMPLATES = [p for p in ours(".tpl", under="templates/") if p.count("/") == 1]
NO_HTML = {"templates/brand_style.tpl": "CSS", "templates/brand_icon.tpl": "XML"}
VARIABLE = r"\{\{[A-Z_0-9]+(?::[a-z_=:]+)?\}\}"


def each():
    for path in TEMPLATES:
        yield path, read(path)


def test_there_are_templates():
    assert TEMPLATES


def test_each_template_is_loaded_and_installed():
    """The three lists agree: the files, those that the program loads, those that the makefile translates."""
    files = sorted(path.removeprefix("templates/").removesuffix(".tpl") for path in TEMPLATES)
    assert re.findall(r"(?m)^TEMPLATE\((\w+)\)", read("cgi-bin/view_templates.def")) == files
    assert re.findall(r"(?m)^\ttemplates/(\w+)\.tpl", read("templates/Makefile.inc")) == files


def test_autoescape_comes_first():
    wrong = [path for path, text in each() if not text.startswith('{{%AUTOESCAPE context="' + NO_HTML.get(path, "HTML") + '"}}')]
    assert not wrong, complaints(wrong)


@pytest.mark.parametrize("what,pattern", [
    ("escaping switched off", r":none|:raw|\{\{\{"),
    ("an attribute that carries script or markup", r"\b(xlink:href|formaction|ping|srcdoc)\s*="),
    ("a tag whose name is a variable", r"<\s*/?\s*" + VARIABLE),
    ("an attribute whose name is a variable", r"<[a-z][^>]*\s" + VARIABLE + r"\s*="),
    ("a style attribute (the CSP forbids it)", r"<[^>]*\sstyle\s*="),
    ("an event attribute (the CSP forbids it)", r"<[^>]*\son[a-z]+\s*="),
    ("a style element (the CSP forbids it)", r"<style\b"),
    ("a variable in a query string without :url_query_escape", r"[?&;][\w-]+=\{\{[A-Z_0-9]+\}\}"),
    ("another site", r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//"),
    ("a script URL", r"javascript:"),
])
def test_never(what, pattern):
    wrong = [f"{path}:{text.count(chr(10), 0, m.start()) + 1}: {what}: {m[0][:100]}" for path, text in each() for m in re.finditer(pattern, text, re.I)]
    assert not wrong, complaints(wrong)


def test_attributes_are_quoted():
    wrong = [f"{path}: {tag}" for path, text in each() for tag in re.findall(r"<[a-zA-Z][^<>]*>", re.sub(r'"[^"<>]*"', '""', text)) if re.search(r"=(?!\"\")", tag)]
    assert not wrong, complaints(wrong)


def test_no_inline_script():
    wrong = [f"{path}: {m[0][:100]}" for path, text in each() for m in re.finditer(r"<script\b[^>]*>(.*?)</script>", text, re.S) if m[1].strip() or "src=" not in m[0]]
    assert not wrong, complaints(wrong)


def test_every_post_form_carries_the_csrf_token():
    wrong = [f"{path}: {m[0][:80]}" for path, text in each() for m in re.finditer(r"<form\b[^>]*method=\"post\"[^>]*>.*?</form>", text, re.S | re.I)
             if 'name="csrf"' not in m[0] and "{{>" not in m[0]]
    assert not wrong, complaints(wrong)


def test_words_are_marked_for_translation():
    """Outside tags no text except in [[ ]]; the same for attributes that users read."""
    wrong = []
    for path, text in each():
        if NO_HTML.get(path) == "CSS":
            continue
        bare = re.sub(r"\{\{!.*?\}\}", "", text, flags=re.S)
        bare = re.sub(r"\[\[.*?\]\]", "", bare, flags=re.S)
        bare = re.sub(r"\{\{.*?\}\}", "", bare, flags=re.S)
        for match in re.finditer(r"\b(title|alt|placeholder|aria-label|aria-description)=\"([^\"]*[A-Za-z]{2,}[^\"]*)\"", bare):
            if not re.fullmatch(r"[a-z]+\.(nl|example)", match[2]):  # a domain name is one in every language
                wrong.append(f"{path}: {match[0]}")
        visible = re.sub(r"<!--.*?-->|<(script|style|svg)\b.*?</\1>|<[^>]*>|&[a-z#0-9]+;", " ", bare, flags=re.S)
        wrong += [f"{path}: {word}" for word in re.findall(r"[^\W\d_]{2,}", visible) if word not in ("DNS", "TXT", "CNAME", "English", "Nederlands")]
    assert not wrong, complaints(wrong)


def test_static_files_hold_no_inline_tricks():
    wrong = [f"{path}: {m[0]}" for path in ours(".js", under="static/") for m in re.finditer(r"\beval\(|new Function|innerHTML\s*=|outerHTML\s*=|document\.write|insertAdjacentHTML", read(path))]
    wrong += [f"{path}: {m[0]}" for path in ours(".css", under="static/") for m in re.finditer(r"@import|https?://(?!www\.w3\.org/2000/svg)", read(path))]
    assert not wrong, complaints(wrong)
