"""The tree as a whole: scripts parse, nothing of one machine or person in it, words complete, all of it in the tarball."""

import os
import re
import shutil
import stat
import subprocess

import pytest

from tree import ROOT, complaints, files, ours, read

TEXT = [p for p in files() if not p.endswith((".png", ".ico", ".gz", ".xz", ".woff2", ".bin")) and not p.startswith(("tests/fuzz/corpus", "tests/fuzz/corpora"))]


def scripts():
    return [p for p in TEXT if re.match(r"#!\s*/(usr/)?bin/(env )?(sh|bash|dash)\b", read(p))]


def test_shell_scripts_parse():
    assert "tools/up" in scripts()
    wrong = [p for p in scripts() if subprocess.run([read(p).split("\n", 1)[0].split("/")[-1].split()[-1], "-n", p], cwd=ROOT, check=False).returncode]
    assert not wrong, complaints(wrong)


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="needs shellcheck")
def test_shellcheck():
    done = subprocess.run(["shellcheck", "-S", "warning", *scripts()], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_scripts_can_be_run():
    wrong = [p for p in scripts() if not os.stat(os.path.join(ROOT, p)).st_mode & stat.S_IXUSR]
    assert not wrong, complaints(wrong)


def test_python_compiles():
    wrong = []
    for path in ours(".py"):
        try:
            compile(read(path), path, "exec")
        except SyntaxError as error:
            wrong.append(f"{path}: {error}")
    assert not wrong, complaints(wrong)


@pytest.mark.parametrize("what,pattern", [
    ("a folder of one machine", r"(?<![\w.])/(?:work|root|home|Users)/[a-z]"),
    ("a private key", r"-----BEGIN (?:RSA |EC )?PRIVATE KEY-----\s*\\?n?[A-Za-z0-9+/]{20}"),
    ("a host of a package registry", r"registry\.npm|npmjs\.|deb\.debian|pypi\.|files\.pythonhosted"),
])
def test_nothing_of_one_machine(what, pattern):
    wrong = [f"{path}: {what}: {m[0]}" for path in TEXT if path != "tests/lint/test_tree.py" for m in re.finditer(pattern, read(path))]
    assert not wrong, complaints(wrong)


def test_text_files_end_well():
    wrong = [p for p in TEXT if read(p) and not read(p).endswith("\n") and not p.startswith("tests/fuzz")]
    wrong += [f"{p}: white space at a line's end" for p in ours(".c", ".cc", ".h", ".py", ".sql", ".tpl", ".css", ".js", ".inc", ".ac") if re.search(r"[ \t]+$", read(p), re.M)]
    assert not wrong, complaints(wrong)


def po_entries(path):
    """(msgid, msgstr, flags) of a catalogue; the header left out."""
    for block in re.split(r"\n\s*\n", read(path)):
        if re.search(r"(?m)^#~", block) or "msgid" not in block:
            continue
        flags = " ".join(re.findall(r"(?m)^#,(.*)$", block))

        def value(key, block=block):
            match = re.search(r"(?m)^" + key + r'((?:\s*"(?:\\.|[^"\\])*"\s*)+)', block)
            return "".join(re.findall(r'"((?:\\.|[^"\\])*)"', match[1])) if match else None
        if value("msgid"):
            yield value("msgid"), value("msgstr"), flags


def test_english_is_complete():
    """The build itself refuses a string without a translation; here none is empty, doubtful or has other markers."""
    wrong = [f"not translated: {msgid}" for msgid, msgstr, flags in po_entries("po/en.po") if not msgstr or "fuzzy" in flags]
    wrong += [f"markers differ: {msgid!r} {msgstr!r}" for msgid, msgstr, _ in po_entries("po/en.po")
              if sorted(re.findall(r"\{\w+\}|\{\{.*?\}\}", msgid)) != sorted(re.findall(r"\{\w+\}|\{\{.*?\}\}", msgstr or ""))]
    assert not wrong, complaints(wrong)


def test_configuration_keys_are_documented():
    """Every key of conf.c stands in the manual page, and no other."""
    pages = [p for p in files() if re.search(r"volmacht\.conf\.5", p)]
    if not pages:
        pytest.skip("no manual page of the configuration yet")
    keys = set(re.findall(r'(?m)^\s*\{"(\w+)",\s*KIND_', read("lib/base/conf.c")))
    manual = read(pages[0])
    missing = [key for key in sorted(keys) if not re.search(r"\b" + key + r"\b", manual.replace("\\", ""))]
    assert keys and not missing, complaints(missing)
