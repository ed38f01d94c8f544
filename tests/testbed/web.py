"""The FastCGI program and the web servers in front of it: nginx, Apache with mod_proxy_fcgi, Apache with plain CGI.

Owns their processes and configuration, made of the examples in deploy/ with only the paths replaced.
"""

import os
import shutil
import stat

from .child import Child, StartError, free_port, tcp_answers, unix_socket_answers

# The paths in the examples of deploy/; a changed example must not silently be untested.
EXAMPLE_PAGES, EXAMPLE_CHECKS, EXAMPLE_STATIC = "/run/volmacht/pages.sock", "/run/volmacht/checks.sock", "@pkgdatadir@/static"

# Sanitizer builds report leaks; memory that libraries never free is listed in lsan.supp with the reason.
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0:exitcode=66",
    "LSAN_OPTIONS": f"suppressions={os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lsan.supp')}:print_suppressions=0",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "TSAN_OPTIONS": "exitcode=66",
}


def root_of_source():
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def default_build(source):
    """The build to use: $VOLMACHT_BUILD, else that of the tests, else the default one."""
    given = os.environ.get("VOLMACHT_BUILD")
    if given:
        return os.path.abspath(given)
    for build in (os.path.join(source, "build", "check"), os.path.join(source, "build")):
        if os.path.exists(os.path.join(build, "cli", "volmacht")):
            return build
    return os.path.join(source, "build")


def empty_database(build=None):
    """The folder in which the tests of this build keep an empty database."""
    return os.path.join(build or default_build(root_of_source()), "mariadb-empty")


def static_of(source, build):
    """The folder of the published static files."""
    return os.path.join(build or default_build(source), "static", "published")


def example(source, name, replace):
    """The text of deploy/`name` (or of its .in file) with paths replaced; each must occur in it."""
    path = os.path.join(source, "deploy", name)
    if os.path.exists(path + ".in"):  # first, because a build in the tree leaves its output beside it
        path += ".in"
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for old, new in replace.items():
        if old not in text:
            raise StartError(f"{path} does not name {old}")
        text = text.replace(old, new)
    return text


class Fcgi:
    """volmacht.fcgi with one pool, `pages` or `checks`, on a Unix socket."""

    def __init__(self, build, config, pool, folder, name=None):
        self.socket = os.path.join(folder, f"{name or pool}.sock")
        program = os.path.join(build, "cgi-bin", "volmacht.fcgi")
        self.child = Child(name or f"volmacht-{pool}", [program, "-c", config, "-p", pool, "-s", self.socket], folder,
                           ready=lambda: unix_socket_answers(self.socket), env=SANITIZERS)

    def start(self):
        self.child.start()
        return self

    def stop(self):
        return self.child.stop()


class Nginx:
    """nginx with the locations of deploy/ and, for benches, `more` of them."""

    def __init__(self, source, folder, pages, checks, port=None, workers=1, more="", build=None):
        self.source, self.folder, self.pages, self.checks, self.port = source, folder, pages, checks, port
        self.workers, self.more, self.static = workers, more, static_of(source, build)
        self.config = os.path.join(folder, "nginx.conf")
        self.child = Child("nginx", ["nginx", "-e", "stderr", "-p", folder, "-c", self.config], folder, ready=lambda: tcp_answers("127.0.0.1", self.port))

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        f = self.folder
        os.makedirs(f, mode=0o700, exist_ok=True)
        if self.port is None:
            self.port = free_port()
        locations = example(self.source, "nginx-locations.conf",
                            {EXAMPLE_PAGES: self.pages, EXAMPLE_CHECKS: self.checks, EXAMPLE_STATIC: self.static})
        user = "user root;\n" if os.geteuid() == 0 else ""
        temp = "".join(f"    {kind}_temp_path {f}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        with open(self.config, "w", encoding="utf-8") as out:
            out.write(f"{user}daemon off;\npid {f}/nginx.pid;\nworker_processes {self.workers};\nevents {{ worker_connections 512; }}\nhttp {{\n"
                      f"    include /etc/nginx/mime.types;\n    default_type application/octet-stream;\n    access_log off;\n    server_tokens off;\n{temp}"
                      f"    server {{\n    listen 127.0.0.1:{self.port};\n{locations}{self.more}    }}\n}}\n")
        self.child.start()
        return self

    def stop(self):
        self.child.stop()


class Apache:
    """Apache with mod_proxy_fcgi (cgi=None) or, with cgi=(build, config), starting the program for each request as plain CGI.

    Apache never serves as root: run by root it becomes www-data, so what it needs lies in an open folder of its own.
    """

    MODULES = ("mpm_event", "authz_core", "alias", "dir", "mime", "env", "setenvif", "headers", "filter", "deflate", "proxy", "proxy_fcgi", "cgid")

    def __init__(self, source, folder, pages=None, checks=None, cgi=None, modules="/usr/lib/apache2/modules"):
        self.source, self.folder, self.pages, self.checks, self.cgi, self.modules = source, folder, pages, checks, cgi, modules
        self.port, self.static = None, static_of(source, None)
        self.config = os.path.join(folder, "apache.conf")
        self.child = Child("apache", ["apache2", "-DFOREGROUND", "-f", self.config], folder, ready=lambda: tcp_answers("127.0.0.1", self.port), timeout=30)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        f = self.folder
        os.makedirs(f, exist_ok=True)
        os.chmod(f, 0o755)
        static = os.path.join(f, "static")
        shutil.rmtree(static, ignore_errors=True)
        shutil.copytree(self.static, static)
        self.port = free_port()
        lines = [f"ServerRoot {f}", f"PidFile {f}/apache.pid", f"Listen 127.0.0.1:{self.port}", "ServerName 127.0.0.1", f"ErrorLog {f}/error.log",
                 f"DefaultRuntimeDir {f}", "ServerTokens Prod", "TypesConfig /etc/mime.types", f"DocumentRoot {static}", "TraceEnable off"]
        # Distributions differ in which modules are built in.
        lines += [f"<IfModule !{m}_module>\nLoadModule {m}_module {self.modules}/mod_{m}.so\n</IfModule>" for m in self.MODULES]
        if os.geteuid() == 0:
            lines += ["User www-data", "Group www-data"]
        lines.append(self._plain_cgi() if self.cgi else self._proxy(static))
        with open(self.config, "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
        self.child.start()
        return self

    def _proxy(self, static):
        for path in (self.pages, self.checks):
            os.chmod(path, stat.S_IMODE(os.stat(path).st_mode) | 0o006)
        return example(self.source, "apache-locations.conf", {EXAMPLE_PAGES: self.pages, EXAMPLE_CHECKS: self.checks, EXAMPLE_STATIC: static})

    def _plain_cgi(self):
        build, config = self.cgi
        program = os.path.join(self.folder, "volmacht.cgi")
        shutil.copy(os.path.join(build, "cgi-bin", "volmacht.fcgi"), program)
        os.chmod(program, 0o755)
        env = [f'SetEnv {key} "{value}"' for key, value in SANITIZERS.items() if key != "LSAN_OPTIONS"]
        return "\n".join([f'SetEnv VOLMACHT_CONF "{config}"', *env, f"ScriptSock {self.folder}/cgi.sock", f'ScriptAlias "/" "{program}/"',
                          f'<Directory "{self.folder}">', "    Require all granted", "    Options ExecCGI", "</Directory>"])

    def log_text(self):
        try:
            with open(os.path.join(self.folder, "error.log"), encoding="utf-8", errors="replace") as log:
                return log.read()
        except FileNotFoundError:
            return ""

    def stop(self):
        self.child.stop()
