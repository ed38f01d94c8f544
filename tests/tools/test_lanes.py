"""Lanes: together they run every test once, and each keeps its session fixtures for the whole run."""

import os
import subprocess
import sys

import lanes

FILE = """
import os, pytest
def test_one(kept, log): log("{name} one")
@pytest.mark.parametrize("number", range(3))
def test_many(kept, log, number): log(f"{name} many {{number}}")
"""
CONFTEST = """
import os, pytest
def write(text):
    with open(os.environ["LOG"], "a", encoding="utf-8") as out:
        out.write(text + "\\n")
@pytest.fixture
def log(): return write
@pytest.fixture(scope="session")
def kept():
    write("begin")
    yield
    write("end")
"""


def test_every_test_runs_once(tmp_path, source):
    names = [f"test_{name}" for name in "abcde"]
    (tmp_path / "conftest.py").write_text(CONFTEST)
    for name in names:
        (tmp_path / f"{name}.py").write_text(FILE.format(name=name))
    (tmp_path / "taken").mkdir()
    log = tmp_path / "log"
    env = dict(os.environ, PYTHONPATH=os.path.join(source, "tests"), LOG=str(log))
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "lanes", "--lanes", str(tmp_path / "taken"), *(f"{name}.py" for name in names)]
    runs = [subprocess.Popen(argv, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for _ in range(2)]
    said = [run.communicate(timeout=120)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], said
    lines = log.read_text().splitlines()
    assert sorted(line for line in lines if " " in line) == sorted([f"{name} one" for name in names] + [f"{name} many {i}" for name in names for i in range(3)])
    # A lane that found no file left starts no fixture.
    assert lines.count("begin") == lines.count("end") in (1, 2)


def test_the_long_files_are_there(source):
    gone = [name for name in lanes.SECONDS if not os.path.exists(os.path.join(source, name))]
    assert not gone, gone
