"""The php-fpm part of the pages' bench: our templates, texts and statements as PHP files, and the servers' configuration.

Owns the translation, so that the PHP pages have our very markup, words and SQL and stay so when those change: a template becomes plain PHP
that escapes with htmlspecialchars. What the pages do with the rows stands in pages.php. Knows no figure.
"""

import glob
import os
import re
import shutil
import sys

MARKER = re.compile(r"\{\{(.*?)\}\}", re.S)
# Sections with rows of values, in PHP an array of arrays; every other section is shown or hidden.
LOOPS = {"ROW", "RECORD", "FINDING", "FOUND", "EVENT", "RUN", "NOTE"}
INCLUDES = {"WATCH": "watch", "FRAME_TOP": "frame_top", "FRAME_BOTTOM": "frame_bottom", "LIVE": "domain_live"}


class TranslateError(Exception):
    """A template has something that this translation does not support."""


def strip_blank_lines(text):
    """As ctemplate's STRIP_BLANK_LINES: removes blank lines, and from a line with one section, comment, pragma or include marker everything else."""
    out = []
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        if not bare:
            continue
        out.append(bare if re.fullmatch(r"\{\{[#/!%>][^{}]*\}\}", bare) else line)
    return "".join(out)


def escape_function(modifier):
    if modifier in (None, "h", "pre_escape"):
        return "htmlspecialchars"
    if modifier in ("url_query_escape", "x-mail"):
        return "rawurlencode"
    raise TranslateError(f"modifier {modifier}")


def template_to_php(folder, name, depth=0):
    """PHP that prints the template from $d0, an array of values; inside loops $d1, $d2 … are the rows, and outer values are visible."""
    with open(os.path.join(folder, name + ".tpl"), encoding="utf-8") as file:
        text = strip_blank_lines(file.read())
    out, at, open_sections = [], 0, []

    def value(key):
        return " ?? ".join(f"$d{i}['{key}']" for i in range(depth, -1, -1))

    for match in MARKER.finditer(text):
        out.append(text[at:match.start()])
        at = match.end()
        kind, rest = match.group(1)[0], match.group(1)[1:].strip()
        if kind in "!%":
            continue
        if kind == "#":
            open_sections.append(rest)
            if rest in LOOPS:
                out.append(f"<?php foreach ({value(rest)} as $d{depth + 1}) {{ ?>")
                depth += 1
            else:
                out.append(f"<?php if ({value(rest)} ?? false) {{ ?>")
        elif kind == "/":
            if open_sections.pop() != rest:
                raise TranslateError(f"{name}.tpl: {rest}")
            depth -= rest in LOOPS
            out.append("<?php } ?>")
        elif kind == ">":
            out.append(template_to_php(folder, INCLUDES[rest], depth))
        else:
            key, _, modifier = match.group(1).partition(":")
            out.append(f"<?= {escape_function(modifier or None)}({value(key)}) ?>")
    out.append(text[at:])
    return "".join(out)


def php_string(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def php_array(values):
    return "[\n" + "".join(f"    {php_string(k)} => {php_string(v)},\n" for k, v in values.items()) + "]"


def named_statements(source):
    sys.path.insert(0, os.path.join(source, "sql"))
    import embed
    found = {}
    for path in sorted(glob.glob(os.path.join(source, "sql", "queries", "*.sql"))):
        with open(path, encoding="utf-8") as file:
            found.update(embed.named_statements(path, file.read()))
    return found


def words(source):
    """po/texts.def as a dict: the Dutch originals."""
    sys.path.insert(0, os.path.join(source, "po"))
    import catalog
    with open(os.path.join(source, "po", "texts.def"), encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    found = {}
    for match in re.finditer(r"\bTEXT\(\s*([A-Z0-9_]+)\s*,((?:\s*" + catalog.C_STRING + r")+)\s*\)", text):
        pieces = re.findall(catalog.C_STRING, match.group(2))
        found[match.group(1)] = "".join(re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m.group(1), m.group(1)), p[1:-1]) for p in pieces)
    return found


def write_pages(folder, source, build, database, settings):
    """Writes pages.php and everything that it includes to folder. database: dsn, user, password."""
    os.makedirs(folder, exist_ok=True)
    here = os.path.dirname(os.path.abspath(__file__))
    for page in ("domain_list", "domain_show"):
        with open(os.path.join(folder, page + ".php"), "w", encoding="utf-8") as out:
            # PHP removes one newline after ?>: one more is added where the template has one.
            out.write(template_to_php(os.path.join(build, "templates", "nl"), page).replace("?>\n", "?>\n\n"))
    for name, values in (("database", database), ("statements", named_statements(source)), ("words", words(source)), ("settings", settings)):
        with open(os.open(os.path.join(folder, name + ".php"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            out.write("<?php return " + php_array(values) + ";\n")
    shutil.copy(os.path.join(here, "pages.php"), folder)
    return os.path.join(folder, "pages.php")


def program():
    """php-fpm's path, or None."""
    found = shutil.which("php-fpm") or next(iter(sorted(glob.glob("/usr/sbin/php-fpm[0-9]*"), reverse=True)), None)
    return found


def write_config(folder, socket, children):
    """Writes php.ini and the pool's configuration; returns the command that serves with them."""
    os.makedirs(folder, exist_ok=True)
    ini = os.path.join(folder, "php.ini")
    with open(ini, "w", encoding="ascii") as out:
        out.write("extension=mysqlnd.so\nextension=sodium.so\nextension=pdo.so\nextension=pdo_mysql.so\nzend_extension=opcache.so\n"
                  "opcache.enable=1\nopcache.validate_timestamps=0\nopcache.enable_file_override=1\noutput_buffering=1048576\n"
                  "expose_php=Off\nvariables_order=GPCS\nauto_globals_jit=On\ndisplay_errors=Off\nlog_errors=On\ndate.timezone=Europe/Amsterdam\n")
    conf = os.path.join(folder, "fpm.conf")
    user = "user = root\ngroup = root\n" if os.geteuid() == 0 else ""
    with open(conf, "w", encoding="ascii") as out:
        out.write(f"[global]\nerror_log = /proc/self/fd/2\ndaemonize = no\n[bench]\nlisten = {socket}\nlisten.backlog = 511\n{user}"
                  f"pm = static\npm.max_children = {children}\npm.max_requests = 0\ncatch_workers_output = yes\n")
    return [program(), "-F", "-c", ini, "-y", conf] + (["-R"] if os.geteuid() == 0 else [])
