"""po/catalog.py: what it marks, translates and refuses; and that the tree's own catalogues are complete."""
import os
import re
import shutil
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


def messages(path):
    """{msgid: msgstr} of a catalogue, obsolete entries (#~) too, under their mark."""
    listed = subprocess.run(["msgattrib", "--no-wrap", "--no-location", path], check=True, capture_output=True, text=True).stdout
    return dict(re.findall(r'(?m)^((?:#~ )?msgid ".*(?:\n".*)*)\n((?:#~ )?msgstr ".*(?:\n(?:#~ )?".*)*)', listed))


def test_update_po_has_nothing_to_do(tmp_path):
    """What `make update-po` does, on a copy: no word of the sources is missing in the catalogue, none stands there for nothing, none is doubtful."""
    templates = sorted(os.path.join(ROOT, "templates", name) for name in os.listdir(os.path.join(ROOT, "templates")) if name.endswith(".tpl"))
    with open(os.path.join(ROOT, "po", "Makefile.inc"), encoding="utf-8") as file:
        options = re.search(r"\$\(MSGMERGE\) (.*) \$\(srcdir\)/po/en\.po", file.read())[1].split()
    before, pot, after = os.path.join(ROOT, "po", "en.po"), tmp_path / "t.pot", tmp_path / "en.po"
    shutil.copy(before, after)
    assert catalog("pot", pot, os.path.join(ROOT, "po", "texts.def"), *templates, cwd=tmp_path).returncode == 0
    subprocess.run(["msgmerge", *options, after, pot], check=True)
    assert len(messages(before)) > 300 and messages(after) == messages(before)
    # And it would have: a word more, a word less.
    with open(pot, "a", encoding="utf-8") as file:
        file.write('\nmsgid "Een nieuw woord"\nmsgstr ""\n')
    subprocess.run(["msgmerge", *options, after, pot], check=True)
    assert messages(after) != messages(before)


# Numbers that are never one, and why.
NEVER_ONE = {"LIST_COUNT_MORE": "a large bound", "ANSWERS_ASKED_BARRED": "some and others", "BULK_TOO_MANY": "more than the bound", "WAIT_MINUTES": "from 90 seconds on",
             "F_SERVERS_DISAGREE": "one server cannot disagree", "NOTICE_WAITING_BODY": "told after 3 and 14 days", "LIST_RECORDS_TO_DO": "three or four records", "LIST_RECORDS_OK": "three or four records"}


def test_numbers_have_their_singular():
    """A text that counts things has another for one of them: KEY_ONE, or KEY without its final S."""
    with open(os.path.join(ROOT, "po", "texts.def"), encoding="utf-8") as file:
        entries = dict(re.findall(r'\bTEXT\((\w+), "((?:[^"\\]|\\.)*)"', file.read()))
    counting = [key for key, words in entries.items() if re.search(r"\{(count|days|total|asked)\} (DNS-)?(domeinen|records|naamservers|seconden|minuten|uur|dagen|adressen|regels|afzenders)\b", words)]
    assert len(counting) >= 5
    wrong = [key for key in counting if key not in NEVER_ONE and f"{key}_ONE" not in entries and key.removesuffix("S") not in set(entries) - {key}]
    assert not wrong, wrong
    assert not [key for key in NEVER_ONE if key not in entries]
