"""The files of the tree as the lint tests read them: what git tracks, or, in an unpacked tarball, what lies there."""

import os
import re
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILT = {"build", "build-aux", "autom4te.cache", "node_modules", ".up", ".git", "__pycache__", ".pytest_cache", "m4"}


def files():
    done = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode == 0:
        return sorted(p for p in done.stdout.decode().split("\0") if p and os.path.isfile(os.path.join(ROOT, p)))
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [f for f in folders if f not in BUILT]
        found += [os.path.relpath(os.path.join(folder, name), ROOT) for name in names]
    return sorted(found)


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="surrogateescape") as file:
        return file.read()


def ours(*endings, under=""):
    return [p for p in files() if p.endswith(endings) and p.startswith(under)]


def program_sources():
    """The C and C++ of the program itself: not its tests."""
    return [p for p in ours(".c", ".cc", ".h") if not p.startswith("tests/")]


def without_comments(text):
    """C text with comments blanked, so that line numbers stay; strings are kept."""
    def blank(match):
        return match[0] if match[0][0] in "\"'" else re.sub(r"[^\n]", " ", match[0])
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text, flags=re.S)


def strings(text):
    """(line, content) of each string literal of C text; #include lines left out."""
    text = re.sub(r"(?m)^\s*#\s*include.*$", "", without_comments(text))
    for match in re.finditer(r'"((?:\\.|[^"\\\n])*)"|\'(?:\\.|[^\'\\\n])+\'', text):
        if match[1] is not None:
            yield text.count("\n", 0, match.start()) + 1, match[1]


def complaints(found):
    """An assertion message with each on a line."""
    return "\n" + "\n".join(found)
