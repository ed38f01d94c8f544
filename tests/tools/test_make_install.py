"""make install: the paths in the installed examples exist, with any prefix."""

import os
import re
import subprocess

import pytest


@pytest.fixture(scope="module")
def installed(build, tmp_path_factory):
    """The folder used as DESTDIR."""
    root = str(tmp_path_factory.mktemp("root"))
    done = subprocess.run(["make", "-s", "-C", build, "install", f"DESTDIR={root}"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def examples(installed):
    [folder] = [path for path, _, _ in os.walk(installed) if path.endswith("/doc/volmacht/examples")]
    texts = {}
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            texts[name] = file.read()
    return texts


@pytest.mark.parametrize("name,line", [("nginx-locations.conf", r"(?m)^ +alias +(\S+)/;$"), ("apache-locations.conf", r'(?m)^Alias "/static/" "(\S+)/"$'),
                                       ("apache-locations.conf", r'(?m)^<Directory "(\S+)">$')])
def test_a_web_server_finds_the_static_files(installed, examples, name, line):
    [folder] = re.findall(line, examples[name])
    assert folder.startswith("/") and any(file.endswith(".css") for file in os.listdir(installed + folder))


def test_cron_finds_the_program(installed, examples):
    """Debian's cron has only /usr/bin and /bin in its path: the path must be absolute."""
    [program] = re.findall(r"(?m)^\*/10 \* \* \* \* +volmacht +(\S+) sweep --nightly$", examples["crontab"])
    assert program.startswith("/") and os.access(installed + program, os.X_OK)


def test_the_units_find_the_programs(installed, examples):
    programs = {name: re.findall(r"(?m)^ExecStart=(\S+)", text) for name, text in examples.items() if name.endswith(".service")}
    assert programs.pop("volmacht-exim.service") == ["/usr/sbin/exim4"]  # Debian's own
    assert len(programs) == 3
    for name, [program] in programs.items():
        assert program.startswith("/") and os.access(installed + program, os.X_OK), name


def test_nothing_is_left_to_fill_in(examples):
    assert not [name for name, text in examples.items() if re.search(r"@\w+@", text)]
