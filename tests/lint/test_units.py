"""What operators take over from deploy/: how much of the machine the units leave open, by systemd's own figure, moments that it understands, and that
what waits for others never goes to the pool of pages. Starts nothing."""

import re
import shutil
import subprocess

import pytest

from tree import files, read

by_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze here")

# 0 is a service that can do nothing, 10 one that may do everything. What is left: the network and Unix sockets, that they need.
MOST = {"volmacht-exim.service": 1.7}  # ports below 1024, and the calls that Exim makes about users
MOST_OF_OTHERS = 1.1


@pytest.fixture
def machine(tmp_path):
    """A file system with our units where docs/operating.md has them copied, and something at the paths that they start."""
    units = tmp_path / "etc/systemd/system"
    units.mkdir(parents=True)
    for path in files():
        if re.fullmatch(r"deploy/.*\.(service\.in|timer)", path):
            (units / path.rsplit("/", 1)[1].removesuffix(".in")).write_text(re.sub(r"@\w+@", "/usr/bin", read(path)))
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/sbin").mkdir()
    for program in ("bin/volmacht", "bin/volmacht.fcgi", "bin/kill", "sbin/exim4"):
        (tmp_path / "usr" / program).write_text("#!/bin/sh\n")
        (tmp_path / "usr" / program).chmod(0o755)
    return tmp_path


def verify(machine, *units):
    return subprocess.run(["systemd-analyze", "verify", f"--root={machine}", "--man=no", "--recursive-errors=no", *units], capture_output=True, text=True, check=False)


@by_systemd
def test_systemd_understands_every_line(machine):
    units = sorted((machine / "etc/systemd/system").iterdir())
    assert [unit.name for unit in units] == ["volmacht-checks.service", "volmacht-exim.service", "volmacht-pages.service", "volmacht-sweep.service", "volmacht-sweep.timer"]
    done = verify(machine, *units)
    assert done.returncode == 0 and not done.stderr, done.stderr
    units[3].write_text(units[3].read_text().replace("MemoryMax=1G", "MemoryMax=much"))
    assert "'much'" in verify(machine, *units).stderr, "the verification finds nothing"


@by_systemd
def test_switching_on_and_off_as_the_manual_says(machine):
    def systemctl(*words):
        return subprocess.run(["systemctl", f"--root={machine}", *words], capture_output=True, text=True, check=False)

    def wanted():
        return sorted(path.name for path in (machine / "etc/systemd/system").glob("*.wants/*"))
    manual = read("docs/operating.md")
    on, off = (re.search(rf"systemctl {verb} --now ([a-z. -]+)", manual)[1].split() for verb in ("enable", "disable"))
    done = systemctl("enable", *on)
    assert done.returncode == 0, done.stderr
    assert wanted() == ["volmacht-checks.service", "volmacht-pages.service", "volmacht-sweep.timer"]
    assert systemctl("is-enabled", "volmacht-sweep.timer").stdout == "enabled\n"
    assert systemctl("disable", *off).returncode == 0 and wanted() == ["volmacht-checks.service", "volmacht-pages.service"]
    assert systemctl("is-enabled", "volmacht-sweep.timer").stdout == "disabled\n"


@by_systemd
@pytest.mark.parametrize("unit", [p for p in files() if p.endswith(".service.in")])
def test_what_a_service_may_do(unit, tmp_path):
    made = tmp_path / unit.rsplit("/", 1)[1].removesuffix(".in")
    made.write_text(re.sub(r"@\w+@", "/usr/bin", read(unit)))
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", made], capture_output=True, text=True, check=False)
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    assert float(found[1]) <= MOST.get(made.name, MOST_OF_OTHERS), done.stdout


@pytest.mark.parametrize("unit", [p for p in files() if p.endswith(".service.in")])
def test_a_service_sees_its_machines_own_addresses(unit):
    """getifaddrs asks the kernel by netlink; without it nobody would know which name servers are this machine itself."""
    [families] = re.findall(r"(?m)^RestrictAddressFamilies=(.+)$", read(unit))
    assert "AF_NETLINK" in families.split()


def test_checks_give_way_to_pages():
    """By the unit: the sandbox refuses a service to set its own priority."""
    [nice] = re.findall(r"(?m)^Nice=(\d+)$", read("deploy/volmacht-checks.service.in"))
    [own] = re.findall(r"CHECKS_NICENESS = (\d+)", read("cgi-bin/main.c"))
    assert nice == own and "@resources" in read("deploy/volmacht-checks.service.in") and "Nice=" not in read("deploy/volmacht-pages.service.in")


@by_systemd
def test_the_timers_moments_are_understood():
    moments = re.findall(r"(?m)^OnCalendar=(.+)$", read("deploy/volmacht-sweep.timer"))
    assert moments and "*:0/10" in moments, "a link to a new password is good for an hour: its mail must be tried again well within it"
    assert re.search(r"(?m)^\*/10 \* \* \* \* .*sweep --nightly$", read("deploy/crontab.in"))
    for moment in moments:
        done = subprocess.run(["systemd-analyze", "calendar", moment], capture_output=True, text=True, check=False)
        assert done.returncode == 0 and "Next elapse: n" not in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("file,line", [("deploy/nginx-locations.conf.in", r"location ~ (\S+) \{"), ("deploy/apache-locations.conf.in", r'<LocationMatch "(.+)">')])
def test_every_check_goes_to_the_pool_of_checks(file, line):
    """A page's thread must not wait for DNS."""
    [to_checks] = re.findall(line, read(file))
    patterns = re.findall(r'(?m)^    \{"(/[^"]*)",', read("cgi-bin/route.c"))
    checks = [re.sub(r"\{\w+\}", "x", pattern) for pattern in patterns if pattern.endswith("/check")]
    assert len(checks) >= 4
    for path in checks + ["/settings/senders", "/settings/senders/x/test", "/settings/domains/bulk", "/login/forgotten", "/settings/users"]:
        assert re.search(to_checks, path), path
    for path in ("/settings/domains", "/settings/domains/x", "/settings/domains/x/checked", "/settings/domains/x/y/check", "/share/x", "/login"):
        assert not re.search(to_checks, path), path
