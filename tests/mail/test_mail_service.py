"""Exim as its systemd unit runs it: Debian's binary, as Debian's user, with the unit's one capability and no means to gain more, on port 25.

In a network of its own. What the unit's other lines shut is not tried here: systemd is needed for that.
"""

import os
import re
import subprocess
import sys
import time

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
BINARY = "/usr/sbin/exim4"


def as_the_unit_says(source, config):
    """(user, command)"""
    with open(os.path.join(source, "deploy", "volmacht-exim.service.in"), encoding="utf-8") as file:
        unit = dict(line.split("=", 1) for line in file.read().splitlines() if re.match(r"[A-Z]\w+=", line))
    assert unit["NoNewPrivileges"] == "yes"
    words = ["setpriv", "--reuid", unit["User"], "--regid", unit["User"], "--init-groups", "--no-new-privs"]
    [held] = unit["CapabilityBoundingSet"].split()
    for kind in ("--inh-caps", "--ambient-caps", "--bounding-set"):
        words += [kind, "-all,+" + held.removeprefix("CAP_").lower()]
    started = unit["ExecStart"].replace("@sysconfdir@/volmacht/exim.conf", config).replace("-q20s", "-q1s").split()
    assert started[0] == BINARY and unit["AmbientCapabilities"] == held
    return [*words, *started]


@pytest.mark.skipif(os.geteuid() != 0 or not os.path.exists(BINARY) or subprocess.run(["unshare", "-n", "true"], check=False).returncode != 0,
                    reason="takes root, an Exim that is installed, and a network of one's own")
def test_it_listens_signs_and_reports():
    done = subprocess.run(["unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", sys.executable, os.path.abspath(__file__)],
                          capture_output=True, text=True, check=False, timeout=90)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == ["signed", "bounced"]


def main():
    from post import Post
    from testbed.child import Child, tcp_answers
    post = Post(exim=False)
    try:
        for folder in (post.folder, os.path.join(post.folder, "db")):
            os.chmod(folder, 0o711)
        exim = post._exim("exim")
        exim.port = 25
        exim.write_config()
        with open(exim.config.replace("exim.conf", "exim-site.conf"), "r+", encoding="ascii") as file:
            text = re.sub(r"(?m)^(exim_path|RUN_\w+) = .*\n", "", file.read())
            file.seek(0)
            file.truncate()
            file.write(text)
        post._own.begin(Child("exim", as_the_unit_says(post.source, exim.config), exim.folder, ready=lambda: tcp_answers("127.0.0.1", 25)))
        account = post.account()
        domain = account.domain()
        subject = account.send(f"x@{domain.name}", exim=exim)
        [mail] = post.own_route.wait(match=lambda m: subject in m.header("Subject"))
        print("signed" if f"d={domain.name}" in "".join(mail.header("DKIM-Signature")) else "unsigned")
        post.own_route.replies["RCPT"] = "550 nobody of that name"
        account.send(f"x@{domain.name}", exim=exim)
        until = time.monotonic() + 20
        while not post.bounces(account):
            assert time.monotonic() < until, exim.log()
            time.sleep(0.1)
        print("bounced")
    finally:
        post.stop()


if __name__ == "__main__":
    sys.path[:0] = [HERE, os.path.dirname(HERE)]
    main()
