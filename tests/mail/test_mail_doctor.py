"""volmacht doctor's examinations of the mail server: each passes, and fails for each cause; with a real DNS and a real Exim."""

import datetime
import os
import shlex
import subprocess

import pytest

from testbed.installation import PLATFORM, PLATFORM_ZONE
from testbed.mail_site import MailSite
from testbed.sinks import Authority
from testbed.site import Site

# From the benchmark networks (RFC 2544, RFC 5180): a resolver looks up their reverse names, unlike those of the documentation networks.
IP4, IP6 = "198.18.0.25", "2001:2::25"
REVERSE4, REVERSE6 = "18.198.in-addr.arpa", "0.0.0.0.2.0.0.0.1.0.0.2.ip6.arpa"
SPF_LINE = 'bounce.mail TXT "v=spf1 ip4:192.0.2.25 -all"'


class DoctorSite:
    def __init__(self):
        self.site = Site(web=False)
        self.mail = None
        try:
            self.authority = Authority(os.path.join(self.site.folder, "ca"))
            self.mail = MailSite(self.site)
            exim, installation = self.mail.exim, self.site.installation
            self.use_certificate("localhost", days=200)
            self.program = os.path.join(self.site.folder, "exim-as-itself")
            *words, _, _ = exim._argv()
            with open(self.program, "w", encoding="ascii") as out:
                out.write("#!/bin/sh\n" + "".join(f"export {k}={shlex.quote(v)}\n" for k, v in exim.env.items()) + f"exec {shlex.join(words)} \"$@\"\n")
            os.chmod(self.program, 0o755)
            installation.write_config(sending_addresses=f"{IP4}, {IP6}", mail_host="localhost", mail_port=exim.port, exim_config=exim.config, exim_program=self.program)
            self.dns()
        except BaseException:
            self.stop()
            raise

    def use_certificate(self, *names, days):
        exim = self.mail.exim
        certificate, key = self.authority.issue(*names, days=days)
        for path in (certificate, key):
            os.chmod(path, 0o644)
        exim.stop()
        exim.values.update(TLS_CERTIFICATE=certificate, TLS_PRIVATEKEY=key)
        exim.write_config()
        exim.start()

    def dns(self, spf="v=spf1 a:mail.volmacht.example include:_spf.volmacht.example -all", ptr="mail.volmacht.example.", name="mail", more=""):
        zone = PLATFORM_ZONE.replace(SPF_LINE, f'bounce.mail TXT "{spf}"').replace("mail A 192.0.2.25", f"mail A {IP4}", 1)
        self.site.nsd.publish(PLATFORM, zone + f'{name} AAAA {IP6}\n_spf TXT "v=spf1 ip6:2001:2::/48 ?all"\n{more}')
        soa = "$TTL 60\n@ SOA ns1.playground.example. hostmaster.playground.example. 1 3600 600 86400 10\n@ NS ns1.playground.example.\n"
        self.site.nsd.publish(REVERSE4, soa + (f"25.0 PTR {ptr}\n" if ptr else ""))
        self.site.nsd.publish(REVERSE6, soa + (f"5.2.{'0.' * 17}0 PTR {ptr}\n" if ptr else ""))
        self.site.unbound.flush()

    def examine(self, **settings):
        """The exit status and the Dutch output; settings apply to this run only."""
        installation = self.site.installation
        config = installation.config + ".once"
        with open(installation.config, encoding="utf-8") as source, open(config, "w", encoding="utf-8") as out:
            lines = [line for line in source if line.split(" ")[0] not in settings]
            out.writelines(lines + [f"{key} = {value}\n" for key, value in settings.items() if value is not None])
        done = subprocess.run([installation.bin, "-c", config, "doctor"], capture_output=True, text=True, timeout=120, check=False,
                              env=dict(os.environ, SSL_CERT_FILE=self.authority.certificate, LC_ALL="nl_NL.UTF-8"))
        assert not done.stderr, done.stderr
        return done.returncode, done.stdout

    def stop(self):
        if self.mail:
            self.mail.stop()
        self.site.stop()


@pytest.fixture(scope="module")
def doctor_site():
    one = DoctorSite()
    yield one
    one.stop()


def lines(text, *parts):
    return [line for line in text.splitlines() if all(part in line for part in parts)]


def expect(text, state, *parts):
    found = lines(text, *parts)
    assert found and all(line.startswith(state) for line in found), f"{state} {parts}:\n{text}"


def test_all_is_well(doctor_site):
    doctor_site.dns()
    status, text = doctor_site.examine()
    assert status == 0, text
    for address in (IP4, IP6):
        expect(text, "goed", "SPF", address)
        # localhost is the name in the certificate; it is not valid for an external address
        expect(text, "LET OP", "verzendadres", address, "localhost")
    _, other = doctor_site.examine(mail_host=None)
    expect(other, "goed", "verzendadres", IP4, "mail.volmacht.example")
    expect(other, "goed", "verzendadres", IP6, "mail.volmacht.example")
    expect(other, "LET OP", "certificaat", "mail_host")
    until = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=200)).date().isoformat()
    expect(text, "goed", "certificaat", until)
    expect(text, "goed", "instellingen van Exim", "exim.conf")
    expect(text, "goed", "leest de database")
    assert not lines(text, "FOUT")


def test_a_missing_setting_is_a_warning(doctor_site):
    doctor_site.dns()
    status, text = doctor_site.examine(sending_addresses=None, mail_host=None, exim_config=None)
    assert status == 0, text
    for key in ("sending_addresses", "mail_host", "exim_config"):
        expect(text, "LET OP", key)


@pytest.mark.parametrize("spf,state,word", [
    ("v=spf1 -all", "FOUT", "fail: -all"), ("v=spf1 ip4:192.0.2.25 ~all", "FOUT", "softfail: ~all"), ("v=spf1", "FOUT", "neutral"),
    ("v=spf1 ip4:198.18.0.25/16x -all", "FOUT", "permerror: ip4:198.18.0.25/16x"), ("geen SPF", "FOUT", "none"),
    ("v=spf1 include:_spf.volmacht.example include:nergens.volmacht.example -all", "FOUT", "permerror: include:nergens.volmacht.example"),
    ("v=spf1 exists:%{i}.volmacht.example -all", "LET OP", "fail: -all"), ("v=spf1 redirect=bounce.mail.volmacht.example", "FOUT", "permerror")])
def test_spf_that_does_not_pass(doctor_site, spf, state, word):
    doctor_site.dns(spf=spf)
    status, text = doctor_site.examine(mail_host=None)
    expect(text, state, "SPF", IP4, word)
    assert status == (1 if state == "FOUT" else 0) or lines(text, "FOUT", IP6)


def test_no_mx(doctor_site):
    doctor_site.dns()
    status, text = doctor_site.examine(return_path_target="mail.volmacht.example")
    assert status == 1
    expect(text, "FOUT", "MX")


def test_reverse(doctor_site):
    doctor_site.dns(ptr=None)
    status, text = doctor_site.examine(mail_host=None)
    assert status == 1
    expect(text, "FOUT", "verzendadres", IP4, "PTR")
    doctor_site.dns(ptr="elders.volmacht.example.")
    status, text = doctor_site.examine(mail_host=None)
    assert status == 1
    expect(text, "FOUT", "verzendadres", IP4, "elders.volmacht.example", "leidt niet terug")
    # A PTR name with another address counts as missing too.
    doctor_site.dns(ptr="elders.volmacht.example.", more="elders A 198.18.0.26\n")
    expect(doctor_site.examine(mail_host=None)[1], "FOUT", "verzendadres", IP4, "leidt niet terug")


def test_certificate(doctor_site):
    doctor_site.dns()
    try:
        doctor_site.use_certificate("elders.example", days=200)
        status, text = doctor_site.examine()
        assert status == 1
        expect(text, "FOUT", "certificaat", "TLS_CERTIFICATE")
        doctor_site.use_certificate("localhost", days=-1)
        expect(doctor_site.examine()[1], "FOUT", "certificaat", "TLS_CERTIFICATE")
        doctor_site.use_certificate("localhost", days=5)
        status, text = doctor_site.examine()
        expect(text, "LET OP", "certificaat", " 4 dagen")
        assert status == 0, text
        # An IP address must be in the certificate as an address; a wildcard covers no such name.
        doctor_site.use_certificate("localhost", "127.0.0.1", days=200)
        expect(doctor_site.examine(mail_host="127.0.0.1")[1], "goed", "certificaat")
        doctor_site.use_certificate("localhost", "*.0.0.1", days=200)
        expect(doctor_site.examine(mail_host="127.0.0.1")[1], "FOUT", "certificaat", "TLS_CERTIFICATE")
    finally:
        doctor_site.use_certificate("localhost", days=200)
    doctor_site.mail.exim.stop()
    try:
        expect(doctor_site.examine()[1], "FOUT", "certificaat", "mail_port")
    finally:
        doctor_site.mail.exim.start()


def test_exim(doctor_site):
    doctor_site.dns()
    with open(doctor_site.mail.exim.config, encoding="utf-8") as file:
        good = file.read()
    broken = doctor_site.mail.exim.config + ".broken"
    with open(broken, "w", encoding="utf-8") as file:
        file.write(good.replace("driver = manualroute", "driver = manualrute", 1))
    os.chmod(broken, 0o644)
    status, text = doctor_site.examine(exim_config=broken)
    assert status == 1
    expect(text, "FOUT", "instellingen van Exim", "manualrute")
    assert not lines(text, "leest de database")
    status, text = doctor_site.examine(exim_program="no-such-program")
    assert status == 1
    expect(text, "FOUT", "instellingen van Exim", "exim_program")


def test_views(doctor_site):
    doctor_site.dns()
    sql = doctor_site.site.installation.sql
    sql("REVOKE SELECT ON mail_key FROM volmacht_mail@localhost")
    try:
        status, text = doctor_site.examine()
        assert status == 1
        expect(text, "FOUT", "leest de database", "denied", "mail_key")
    finally:
        sql("GRANT SELECT ON mail_key TO volmacht_mail@localhost")
    assert doctor_site.examine()[0] == 0
