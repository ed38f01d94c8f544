"""tools/install decides: what is missing, whether it may use sudo, what it says when not. With a PATH of its own: the commands that would change the
machine only write down that they were called.
"""

import contextlib
import os
import pty
import shutil
import signal
import subprocess

import pytest

PACKAGES = """
build gcc
run mariadb-server-core      # the server
run exim4-daemon-heavy
test nodejs node
"""
REAL = ("awk", "cat", "chmod", "dirname", "env", "grep", "rm", "sed", "sh", "touch")
FAKES = {
    "id": "echo 1000",
    "dpkg-query": r"""
case "$*" in
*Provides*) cat "$WORLD/provides" 2>/dev/null ;;
-L*) ;;
*) for last; do :; done; if grep -qx "$last" "$WORLD/installed"; then echo 'install ok installed'; else exit 1; fi ;;
esac""",
    "apt-get": r"""
echo "apt-get $*" >>"$WORLD/calls"
case "$*" in
update*) touch "$WORLD/lists" ;;
*-y*exim4*) touch "$WORLD/init.d/exim4" ;;
*) [ -e "$WORLD/lists" ] || { echo 'E: Unable to locate package' >&2; exit 100; } ;;
esac""",
    "sudo": r"""
echo "sudo $*" >>"$WORLD/calls"
[ ! -e "$WORLD/refuse" ] || exit 1
case $1 in
tee) cat >/dev/null ;;
env | apt-get) exec "$@" ;;
esac""",
}


class World:
    """A simulated machine; calls() lists the installer's commands."""

    def __init__(self, folder, source):
        self.folder = folder
        self.tools, self.bin = folder / "tree" / "tools", folder / "bin"
        self.tools.mkdir(parents=True)
        self.bin.mkdir()
        with open(os.path.join(source, "tools", "install"), encoding="utf-8") as file:
            text = file.read()
        assert "/etc/init.d" in text
        self.script(self.tools / "install", text.replace("/etc/init.d", str(folder / "init.d")))
        (folder / "init.d").mkdir()
        (self.tools / "packages").write_text(PACKAGES)
        self.script(self.tools / "unpack-exim", 'echo "unpack-exim" >>"$WORLD/calls"')
        for name in REAL:
            (self.bin / name).symlink_to(shutil.which(name))
        for name, text in FAKES.items():
            self.script(self.bin / name, text)
        self.write("installed", "gcc\n")
        self.write("lists", "")

    @staticmethod
    def script(path, text):
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def start(self, *purposes, stdin=subprocess.DEVNULL):
        return subprocess.Popen([self.tools / "install", *purposes], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                start_new_session=True, env={"PATH": str(self.bin), "WORLD": str(self.folder)})

    def install(self, *purposes, answer=None):
        """(exit status, output, calls); answer: the input at a terminal, None: no terminal."""
        if answer is None:
            run = self.start(*purposes)
            said = run.communicate(timeout=20)[0]
        else:
            ours, theirs = pty.openpty()
            os.write(ours, answer.encode())
            run = self.start(*purposes, stdin=theirs)
            said = run.communicate(timeout=20)[0]
            os.close(ours)
            os.close(theirs)
        return run.returncode, said, self.calls()

    def calls(self):
        path = self.folder / "calls"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def world(tmp_path, source):
    return World(tmp_path, source)


def changes(calls):
    return [call for call in calls if "--simulate" not in call]


def test_all_there_asks_nothing(world):
    assert world.install("build") == (0, "", [])


def test_a_command_of_another_package_is_accepted(world):
    world.script(world.bin / "node", "")
    assert world.install("test") == (0, "", [])


@pytest.mark.parametrize("answer,why", [("n\n", "did not say yes"), ("\n", "did not say yes"), ("\x04", "did not say yes"), (None, "no terminal")])
def test_without_a_yes_nothing_is_touched(world, answer, why):
    status, said, calls = world.install("build", "run", answer=answer)
    assert status == 1 and not calls
    assert "missing packages: mariadb-server-core exim4-daemon-heavy" in said and why in said
    assert f"Let root do it, and start again: {world.tools}/install build run" in said
    assert ("may I" in said) == (answer is not None)


def test_without_sudo_it_says_so(world):
    (world.bin / "sudo").unlink()
    status, said, calls = world.install("run", answer="y\n")
    assert status == 1 and not calls and "there is no sudo" in said and "may I" not in said


def test_sudo_may_refuse(world):
    world.write("refuse", "")
    status, said, calls = world.install("run", answer="y\n")
    assert status == 1 and calls == ["sudo true"] and "sudo refused" in said and "install run" in said


def test_ctrl_c_at_the_question(world):
    ours, theirs = pty.openpty()
    run = world.start("run", stdin=theirs)
    said = ""
    while "[y/N]" not in said:
        more = os.read(run.stdout.fileno(), 4096).decode()
        assert more, said
        said += more
    # A shell that has not begun to read when the signal arrives goes on reading: the signal is repeated.
    for _ in range(40):
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                run.wait(0.5)
    said += run.communicate(timeout=20)[0]
    os.close(ours)
    os.close(theirs)
    assert run.returncode != 0 and not world.calls() and "interrupted" in said


@pytest.mark.parametrize("yes", ["y\n", "ja\n", "Y\n"])
def test_a_yes_installs_that_and_starts_no_service(world, yes):
    status, said, calls = world.install("build", "run", answer=yes)
    assert status == 0, said
    install = [call for call in changes(calls) if call.startswith("apt-get")]
    assert install == ["apt-get install -y -q --no-install-recommends --no-remove mariadb-server-core exim4-daemon-heavy"]
    if not os.path.exists("/usr/sbin/policy-rc.d"):  # an existing one is not changed
        at = [calls.index(call) for call in ("sudo tee /usr/sbin/policy-rc.d", "sudo chmod 755 /usr/sbin/policy-rc.d", install[0], "sudo rm -f /usr/sbin/policy-rc.d")]
        assert at == sorted(at)


def test_a_service_that_came_just_now_does_not_start_at_the_next_boot(world):
    """Whichever package installed it; an existing service is not changed."""
    (world.folder / "init.d" / "nginx").touch()
    status, said, calls = world.install("run", answer="y\n")
    assert status == 0, said
    assert [call for call in calls if "update-rc.d" in call] == ["sudo update-rc.d exim4 disable"]


def test_an_absent_package_list_is_fetched_first(world):
    (world.folder / "lists").unlink()
    status, said, calls = world.install("run", answer="y\n")
    assert status == 0 and "fetching" in said and "Unable" not in said
    assert [call.split()[1] for call in changes(calls) if call.startswith("apt-get")] == ["update", "install"]


def test_another_mail_server_is_kept(world):
    world.write("provides", "installed mail-transport-agent\n")
    world.write("installed", "gcc\nmariadb-server-core\n")
    assert world.install("run") == (0, "", ["unpack-exim"])


def test_beside_another_mail_server_the_rest_is_asked_for_first(world):
    world.write("provides", "installed mail-transport-agent\n")
    status, said, calls = world.install("run", answer="n\n")
    assert status == 1 and not calls and "missing packages: mariadb-server-core\n" in said
    status, said, calls = world.install("run", answer="y\n")
    assert status == 0, said
    assert calls.index("apt-get install -y -q --no-install-recommends --no-remove mariadb-server-core") < calls.index("unpack-exim")
