"""Every page in every state is HTML as the standard wants it, in both languages: judged by html-validate."""

import json
import os
import re
import shutil
import subprocess

import pytest

from pages_of import all_states

LANGUAGES = ("nl", "en")


@pytest.fixture(scope="module")
def judge(source, build):
    program = os.path.join(build, "browser", "node_modules", "html-validate", "bin", "html-validate.mjs")

    def run(folder):
        """Complaints about the files of folder, a line each."""
        said = os.path.join(build, "html-validate.json")  # a pipe loses the end of a long answer
        done = subprocess.run([shutil.which("node"), program, "--config", os.path.join(source, "tests", "browser", "html-validate.json"), f"--formatter=json={said}", folder],
                              capture_output=True, text=True, check=False, cwd=os.path.join(build, "browser"))
        assert done.returncode in (0, 1), done.stderr
        with open(said, encoding="utf-8") as file:
            results = json.load(file)
        return [f"{os.path.basename(r['filePath'])}:{m['line']}: {m['ruleId']}: {m['message']}" for r in results for m in r["messages"]]
    return run


def test_pages_are_valid(site, build, judge):
    folder = os.path.join(build, "html")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    states = {name: state for name, state in all_states(site).items() if not state.act}
    clients = {who: who.client() if who else site.client() for who in {state.who for state in states.values()}}
    for name, (who, path, _) in states.items():
        for language in LANGUAGES:
            answer = clients[who].get(path + ("&" if "?" in path else "?") + "lang=" + language)
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8" and f'<html lang="{language}">' in answer.text, path
            with open(os.path.join(folder, f"{name}-{language}.html"), "w", encoding="utf-8") as out:
                out.write(answer.text)
    assert len(os.listdir(folder)) == 2 * len(states) > 50
    wrong = judge(folder)
    assert not wrong, f"{len(wrong)} complaints\n" + "\n".join(sorted(set(re.sub(r"-(nl|en)\.html", ".html", w) for w in wrong)))


def test_the_judge_sees_faults(tmp_path, judge):
    """A judge that accepts everything is none."""
    (tmp_path / "bad.html").write_text('<!doctype html>\n<html lang="nl"><head><title>x</title></head><body><ul><p id="a">x</ul><div id="a"></div></body></html>\n', encoding="utf-8")
    wrong = judge(str(tmp_path))
    assert any("no-dup-id" in w for w in wrong) and len(wrong) >= 2, wrong
