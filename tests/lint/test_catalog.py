"""po/catalog.py: what it marks, translates and refuses; and that the tree's own catalogues are complete."""
import os
import re
import subprocess
import sys

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CATALOG = os.path.join(ROOT, "po", "catalog.py")
HTML = '{{%AUTOESCAPE context="HTML"}}'


def catalog(*arguments, cwd):
    return subprocess.run([sys.executable, CATALOG, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False)


def compiled(folder, entries):
    """A compiled catalogue of {msgid: msgstr}."""
    quoted = "".join(f'\nmsgid "{a}"\nmsgstr "{b}"\n'.replace("\n\n", "\n") for a, b in entries.items())
    (folder / "en.po").write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n' + quoted, encoding="utf-8")
    subprocess.run(["msgfmt", "-o", folder / "en.mo", folder / "en.po"], check=True)
    return folder / "en.mo"


def translated(tmp_path, template, entries):
    (tmp_path / "t.tpl").write_text(template, encoding="utf-8")
    result = catalog("templates", "out", "nl", f"en={compiled(tmp_path, entries)}", "--", "t.tpl", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    return [(tmp_path / "out" / language / "t.tpl").read_text(encoding="utf-8") for language in ("nl", "en")]


def refused(tmp_path, template, entries):
    (tmp_path / "t.tpl").write_text(template, encoding="utf-8")
    result = catalog("templates", "out", "nl", f"en={compiled(tmp_path, entries)}", "--", "t.tpl", cwd=tmp_path)
    assert result.returncode == 1
    assert not (tmp_path / "out").exists()
    return result.stderr


def test_words_and_attributes_are_translated(tmp_path):
    nl, en = translated(tmp_path, HTML + '<p title="[[Kopieer]]">[[Nog {{COUNT}}\n   dagen]]</p>\n  <b>x</b>\n', {"Kopieer": "Copy", "Nog {{COUNT}} dagen": "{{COUNT}} days left"})
    assert nl == HTML + '<p title="Kopieer">Nog {{COUNT}} dagen</p>\n<b>x</b>\n'
    assert en == HTML + '<p title="Copy">{{COUNT}} days left</p>\n<b>x</b>\n'


def test_translators_cannot_bring_markup_in(tmp_path):
    _, en = translated(tmp_path, HTML + '<p title="[[Kopieer]]">[[een <b>ding</b>]]</p>', {"Kopieer": '\\" onclick=<x>&', "een <b>ding</b>": "a <b>thing</b> & more"})
    assert en == HTML + '<p title="&quot; onclick=&lt;x&gt;&amp;">a <b>thing</b> &amp; more</p>'


def test_a_missing_translation_is_named(tmp_path):
    error = refused(tmp_path, HTML + "<p>\n[[Kopieer]] [[Weg]] [[Weg]]", {"Kopieer": "Copy"})
    assert 't.tpl:2' in error and 'msgid "Weg"' in error and "Kopieer" not in error
    assert error.count("msgid") == 1


def test_other_markers_are_refused(tmp_path):
    assert "{{NAAM}}" in refused(tmp_path, HTML + "[[Dag {{NAME}}]]", {"Dag {{NAME}}": "Hi {{NAAM}}"})


@pytest.mark.parametrize("template", ["[[a", "a]]", "[[]]", "[[a [[b]]", "[[{{#SHOWN}}a{{/SHOWN}}]]", "[[a {{>PART}}]]"])
def test_wrong_marks_are_refused(tmp_path, template):
    assert "t.tpl" in refused(tmp_path, HTML + template, {"a": "a"})


def test_texts_become_a_table(tmp_path):
    (tmp_path / "texts.def").write_text('/* "no" */\nTEXT(ONE, "Eén \\"ding\\"\\n"\n     "en {name}")\n', encoding="utf-8")
    mo = compiled(tmp_path, {'Eén \\"ding\\"\\nen {name}': 'One \\"thing\\"\\nand {name}'})
    result = catalog("texts", "table.h", "texts.def", "nl", f"en={mo}", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    table = (tmp_path / "table.h").read_text(encoding="utf-8")
    assert '[TEXT_ONE] = "Eén \\"ding\\"\\nen {name}",' in table and '[TEXT_ONE] = "One \\"thing\\"\\nand {name}",' in table
    mo = compiled(tmp_path, {'Eén \\"ding\\"\\nen {name}': "One"})
    assert catalog("texts", "table.h", "texts.def", "nl", f"en={mo}", cwd=tmp_path).returncode == 1


def test_other_things_in_texts_are_refused(tmp_path):
    (tmp_path / "texts.def").write_text('TEXT(ONE, "a")\nTXET(TWO, "b")\n', encoding="utf-8")
    result = catalog("texts", "table.h", "texts.def", "nl", cwd=tmp_path)
    assert result.returncode == 1 and "texts.def:2" in result.stderr


def test_the_trees_catalogues_are_complete(tmp_path):
    templates = sorted(os.path.join(ROOT, "templates", name) for name in os.listdir(os.path.join(ROOT, "templates")) if name.endswith(".tpl"))
    subprocess.run(["msgfmt", "--check-format", "-o", tmp_path / "en.mo", os.path.join(ROOT, "po", "en.po")], check=True)
    for arguments in (("templates", tmp_path / "out", "nl", f"en={tmp_path}/en.mo", "--", *templates),
                      ("texts", tmp_path / "t.h", os.path.join(ROOT, "po", "texts.def"), "nl", f"en={tmp_path}/en.mo")):
        result = catalog(*arguments, cwd=tmp_path)
        assert result.returncode == 0, result.stderr
    assert catalog("pot", tmp_path / "t.pot", os.path.join(ROOT, "po", "texts.def"), *templates, cwd=tmp_path).returncode == 0
    subprocess.run(["msgfmt", "-o", os.devnull, tmp_path / "t.pot"], check=True)
    pot = (tmp_path / "t.pot").read_text(encoding="utf-8")
    listed = set(re.findall(r"templates/(\w+\.tpl):", pot))
    assert listed <= {os.path.basename(path) for path in templates}
