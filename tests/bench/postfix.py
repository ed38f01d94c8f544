"""Postfix with OpenDKIM and key files, unpacked and run privately: the reference of the mail bench. Needs root, as Postfix does.

Submission by SMTP AUTH, its passwords in a file (Cyrus SASL's sasldb). Owns the programs' folder; knows no database.
"""

import glob
import os
import pwd
import shutil

from testbed.child import Child, StartError, free_port, run, tcp_answers, unix_socket_answers

MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """tree: where the packages and their libraries were unpacked (dpkg -x); keys: {domain: (selector, file)} signs, empty does not; login: (name, password)."""

    def __init__(self, tree, folder, sink_port, keys, login):
        self.tree, self.folder, self.sink_port, self.keys, self.login = os.path.abspath(tree), folder, sink_port, keys, login
        # A Unix socket: over TCP each mail waits 80 ms for delayed acknowledgements.
        self.port, self.milter = free_port(), os.path.join(folder, "milter.sock")
        self.libraries = ":".join([os.path.join(self.tree, "usr/lib/postfix"), *glob.glob(os.path.join(self.tree, "usr/lib/*-linux-gnu")), os.path.join(self.tree, "usr/lib")])
        self.sasl = ":".join(glob.glob(os.path.join(self.tree, "usr/lib/*-linux-gnu/sasl2")))
        self.opendkim = self.child = None

    def pids(self):
        """The pids of all its processes, including OpenDKIM."""
        mine = [c.pid for c in (self.child, self.opendkim) if c]
        for pid in mine:  # grows while it is read, to include children of children
            with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
                mine += [int(word) for word in file.read().split()]
        return mine

    def start(self):
        if os.geteuid() != 0:
            raise StartError("Postfix is started by root alone")
        f = self.folder
        owner = pwd.getpwnam("daemon")
        for name in ("etc", "queue", "data", "log"):
            os.makedirs(os.path.join(f, name), exist_ok=True)
        os.chown(os.path.join(f, "data"), owner.pw_uid, -1)
        os.chown(f, owner.pw_uid, -1)
        for source in (f, os.path.dirname(f)):
            os.chmod(source, 0o755)
        self._write_passwords(owner)
        if self.keys:
            self._start_opendkim(owner)
        shutil.copy(glob.glob(os.path.join(self.tree, "usr/share/postfix/main.cf.dist"))[0] if glob.glob(os.path.join(self.tree, "usr/share/postfix/main.cf.dist")) else os.devnull,
                    os.path.join(f, "etc", "main.cf.dist"))
        main = {
            "compatibility_level": "3.6", "queue_directory": f"{f}/queue", "data_directory": f"{f}/data", "mail_owner": "daemon", "setgid_group": "mail",
            "daemon_directory": f"{self.tree}/usr/lib/postfix/sbin", "command_directory": f"{self.tree}/usr/sbin", "shlib_directory": f"{self.tree}/usr/lib/postfix",
            "meta_directory": f"{f}/etc", "inet_interfaces": "127.0.0.1", "inet_protocols": "ipv4", "myhostname": "mail.volmacht.example", "mynetworks": "127.0.0.0/8",
            "relayhost": f"[127.0.0.1]:{self.sink_port}", "mydestination": "", "maillog_file": f"{f}/log/log", "maillog_file_prefixes": f, "smtpd_relay_restrictions": "permit_sasl_authenticated, reject",
            "smtpd_sasl_auth_enable": "yes", "cyrus_sasl_config_path": f"{f}/etc/sasl", "smtpd_sasl_security_options": "noanonymous",
            "smtpd_client_connection_count_limit": "0", "smtp_destination_concurrency_limit": "20", "default_destination_concurrency_limit": "20", "smtpd_peername_lookup": "no",
            "import_environment": f"LD_LIBRARY_PATH={self.libraries} SASL_PATH={self.sasl} MAIL_CONFIG PATH", "alias_maps": "", "local_recipient_maps": "", "smtp_dns_support_level": "disabled",
            "smtpd_milters": f"unix:{self.milter}" if self.keys else "", "milter_default_action": "tempfail",
        }
        with open(f"{f}/etc/main.cf", "w", encoding="ascii") as out:
            out.writelines(f"{key} = {value}\n" for key, value in main.items())
        with open(f"{f}/etc/master.cf", "w", encoding="ascii") as out:
            out.write(MASTER.format(port=self.port))
        for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "maildrop", "pid", "private", "public", "saved", "trace"):
            os.makedirs(f"{f}/queue/{name}", exist_ok=True)
            if name != "pid":
                os.chown(f"{f}/queue/{name}", owner.pw_uid, -1)
        self.child = Child("postfix", [f"{self.tree}/usr/lib/postfix/sbin/master", "-d", "-c", f"{f}/etc"], f, ready=lambda: tcp_answers("127.0.0.1", self.port),
                           env={"LD_LIBRARY_PATH": self.libraries, "MAIL_CONFIG": f"{f}/etc"})
        self.child.start()
        return self

    def _write_passwords(self, owner):
        folder = os.path.join(self.folder, "etc", "sasl")
        passwords = os.path.join(folder, "sasldb2")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "smtpd.conf"), "w", encoding="ascii") as out:
            out.write(f"pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: {passwords}\nmech_list: PLAIN\n")
        name, password = self.login
        run([f"{self.tree}/usr/sbin/saslpasswd2", "-p", "-c", "-f", passwords, "-u", "mail.volmacht.example", name], stdin=password.encode(),
            env={"LD_LIBRARY_PATH": self.libraries, "SASL_PATH": self.sasl})
        os.chown(passwords, owner.pw_uid, -1)

    def _start_opendkim(self, owner):
        f = self.folder
        with open(f"{f}/etc/keytable", "w", encoding="ascii") as keys, open(f"{f}/etc/signing", "w", encoding="ascii") as signing:
            for domain, (selector, path) in self.keys.items():
                copy = f"{f}/etc/{domain}.pem"
                shutil.copy(path, copy)
                os.chmod(copy, 0o600)
                os.chown(copy, owner.pw_uid, -1)
                keys.write(f"{domain} {domain}:{selector}:{copy}\n")
                signing.write(f"{domain} {domain}\n")
        with open(f"{f}/etc/opendkim.conf", "w", encoding="ascii") as out:
            out.write(f"Socket local:{self.milter}\nMode s\nCanonicalization relaxed/simple\nKeyTable {f}/etc/keytable\nSigningTable {f}/etc/signing\n"
                      "InternalHosts 127.0.0.0/8\nUserID daemon\nBackground no\nRequireSafeKeys no\nOversignHeaders From\nSyslog no\n")
        self.opendkim = Child("opendkim", [f"{self.tree}/usr/sbin/opendkim", "-f", "-x", f"{f}/etc/opendkim.conf"], f, ready=lambda: unix_socket_answers(self.milter),
                              env={"LD_LIBRARY_PATH": self.libraries})
        self.opendkim.start()

    def stop(self):
        for child in (self.child, self.opendkim):
            if child:
                child.stop()


def unpacked(tree):
    """True if the programs are there."""
    needed = [os.path.join(tree, p) for p in ("usr/lib/postfix/sbin/master", "usr/sbin/opendkim", "usr/sbin/saslpasswd2")]
    return all(os.path.exists(p) for p in needed)


def unpack(tree):
    """Fetches the packages by apt and unpacks them there; nothing is installed."""
    packages = ["postfix", "opendkim", "libopendkim11", "libmilter1.0.1", "libvbr2", "librbl1", "libmemcached11", "libhashkit2", "libunbound8", "liblua5.3-0", "libopendbx1",
                "sasl2-bin", "libsasl2-2", "libsasl2-modules", "libsasl2-modules-db"]
    os.makedirs(tree, exist_ok=True)
    run(["sh", "-c", 'cd "$1" && shift && apt-get download "$@" && for deb in ./*.deb; do dpkg -x "$deb" .; done && rm -f ./*.deb', "sh", tree, *packages])
