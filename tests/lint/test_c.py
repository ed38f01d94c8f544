"""Rules for the C sources: layers, where SQL, HTML and texts may be, comments, banned functions, length."""

import os
import re
import shutil
import subprocess

import pytest

from tree import ROOT, complaints, ours, program_sources, read, strings, without_comments

# What each layer may include, besides itself.
LAYERS = {
    "base": set(),
    "model": {"base"},
    "mailauth": {"base", "model"},
    "dns": {"base", "model", "mailauth"},
    "store": {"base", "model"},
    "app": {"base", "model", "mailauth", "dns", "store"},
    "cgi-bin": {"base", "model", "mailauth", "app"},
    "cli": {"base", "model", "mailauth", "app"},
}
# A library that only one place may see.
ONLY_IN = {
    r"mysql(/|\.h)|mysqld_error\.h|errmsg\.h": ("lib/store/",),
    r"ares(_\w+)?\.h": ("lib/dns/",),
    r"ldns/": ("lib/dns/", "tests/"),
    r"fcgiapp\.h|fcgi_config\.h": ("cgi-bin/",),
    r"fcgi_stdio\.h": (),
    r"ctemplate/": ("cgi-bin/view.cc",),
    r"idn2\.h|libpsl\.h": ("lib/mailauth/", "lib/app/", "lib/dns/"),
    r"liboath/|qrencode\.h": ("lib/app/auth/mfa.c",),
    r"openssl/": ("lib/mailauth/dkim_", "lib/app/notify/certificate.c"),
}
SQL = re.compile(r"\b(SELECT\s+[\w*(`]|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+(TABLE|USER|VIEW)|GRANT\s+\w|DROP\s+TABLE|ALTER\s+TABLE|START\s+TRANSACTION)",
                 re.I)
HTML = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(\s|>|/>)|&(amp|lt|gt|quot|nbsp);|<!DOCTYPE", re.I)
BANNED_CALLS = re.compile(r"\b(gets|system|popen|alloca|tmpnam|mktemp|setenv|putenv|unsetenv|setlocale|inet_ntoa|gethostbyname|strerror_l|signal\s*\(SIGALRM)\s*\(")
# The time zone is set once, before there are threads.
ALLOWED = {"lib/base/clock.c": "setenv(\"TZ\""}


def layer_of(path):
    parts = path.split("/")
    return parts[1] if parts[0] == "lib" else parts[0]


def includes(path):
    for number, line in enumerate(read(path).splitlines(), 1):
        match = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)
        if match:
            yield number, match[2]


def test_layers_include_downwards_only():
    wrong = []
    for path in program_sources():
        layer = layer_of(path)
        if layer not in LAYERS:
            continue
        for number, name in includes(path):
            target = name.split("/")[0] if "/" in name else layer
            if target in LAYERS and target != layer and target not in LAYERS[layer]:
                wrong.append(f"{path}:{number}: {layer} may not include {name}")
    assert not wrong, complaints(wrong)


def test_no_circle_of_includes():
    """A file and its header are one module: lib/dns/zone.c and lib/dns/zone.h. No module includes, over others, itself."""
    paths = [p for p in program_sources() if not p.endswith(".inc")]
    known = set(paths)
    graph = {}
    for path in paths:
        module = os.path.splitext(path)[0]
        for _, name in includes(path):
            target = next((p for p in ("lib/" + name, name, os.path.join(os.path.dirname(path), name)) if p in known), None)
            if target and os.path.splitext(target)[0] != module:
                graph.setdefault(module, set()).add(os.path.splitext(target)[0])
    wrong = [" -> ".join(circle) for circle in circles(graph)]
    assert not wrong, complaints(wrong)


def circles(graph):
    """One cycle for each back edge of a depth-first search."""
    done, found = set(), []

    def walk(module, path):
        for target in sorted(graph.get(module, ())):
            if target in path:
                found.append([*path[path.index(target):], target])
            elif target not in done:
                walk(target, [*path, target])
        done.add(module)

    for module in sorted(graph):
        if module not in done:
            walk(module, [module])
    return found


def test_circles_are_found():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set()}) == [["a", "b", "c", "a"]]
    assert circles({"a": {"b", "c"}, "b": {"c"}}) == []


def test_each_library_is_seen_by_its_layer_only():
    wrong = [f"{path}:{number}: {name}" for path in ours(".c", ".cc", ".h") for number, name in includes(path)
             for pattern, places in ONLY_IN.items() if re.match(pattern, name) and not path.startswith((*places, "tests/unit/", "tests/fuzz/", "tests/bench/"))]
    assert not wrong, complaints(wrong)


def test_every_c_file_begins_with_base_h_and_says_what_it_owns():
    wrong = []
    for path in ours(".c", ".cc"):
        if path.startswith("tests/"):
            continue
        text = read(path)
        first = next(includes(path), (0, ""))[1]
        # C++ headers use some of the names that banned.h makes errors.
        if path.endswith(".c") and first != "base/base.h":
            wrong.append(f"{path}: its first include is {first}, not base/base.h")
        if not re.match(r"/\*.{40,}?\*/", text, re.S):
            wrong.append(f"{path}: does not begin with a comment on what it owns")
    for path in ours(".h", ".def"):
        if not re.match(r"\s*/\*.{20,}?\*/", read(path), re.S):
            wrong.append(f"{path}: does not begin with a comment")
    assert not wrong, complaints(wrong)


@pytest.mark.parametrize("what,pattern,room", [("SQL", SQL, "sql/"), ("HTML", HTML, "templates/")])
def test_c_holds_none_of_it(what, pattern, room):
    wrong = [f"{path}:{line}: {what} belongs to {room}: {content}" for path in program_sources() for line, content in strings(read(path)) if pattern.search(content)]
    assert not wrong, complaints(wrong)


def test_c_holds_no_texts_for_users():
    """Sentences in pages, command line and use cases: only as the text of an err or of a log event. Characters outside ASCII: nowhere."""
    wrong = []
    for path in program_sources():
        text = without_comments(read(path))
        text = re.sub(r"\b(err_set|err_prefix|fail|log_event|log_write|_Static_assert)\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", lambda m: re.sub(r"[^\n]", " ", m[0]), text)
        for line, content in strings(text):
            plain = re.sub(r"%[-+ #0-9.*lzhjt]*[a-zA-Z]|\\.", " ", content)
            if path.endswith(".def") or content.startswith(('{\\"', "/")):
                continue
            if not content.isascii():
                wrong.append(f"{path}:{line}: characters outside ASCII belong to po/: {content}")
            elif layer_of(path) in ("app", "cgi-bin", "cli", "mailauth", "model") and len(re.findall(r"(?<![\w'=-])[A-Za-z]{2,}(?![\w'=(-])", plain)) >= 4 and \
                    not re.search(r"default-src|max-age|Cache-Control|no-store|=\(\)|text/plain", content):
                wrong.append(f"{path}:{line}: a sentence belongs to po/: {content}")
    assert not wrong, complaints(wrong)


def test_no_banned_functions():
    wrong = [f"{path}:{number}: {line.strip()}" for path in program_sources() if not path.endswith("banned.h")
             for number, line in enumerate(without_comments(read(path)).splitlines(), 1)
             if not line.strip().startswith(ALLOWED.get(path, "\0")) and BANNED_CALLS.search(re.sub(r'"(?:\\.|[^"\\])*"', '""', line)) or re.search(r"#\s*undef\s+(str|sprintf|gmtime|localtime|ato|rand)", line)]
    assert not wrong, complaints(wrong)


def test_names_say_what_they_are():
    wrong = [p for p in program_sources() if re.search(r"(^|[/_])(util|utils|helper|helpers|manager|common|misc)([_./]|$)", p)]
    wrong += [f"{p}: typedef struct" for p in program_sources() if re.search(r"\btypedef\s+struct\b", without_comments(read(p)))]
    assert not wrong, complaints(wrong)


# What C is written in one way. Each: what is not written, and what is instead.
STYLE = {
    r"\bsizeof\s*[^(\s]|\bsizeof\s+\(": "sizeof(x) has parentheses",
    r"^\s+int (code|ret|res)( =|,)": "the status of a call is rc",
    r"\b(if|while) \(.*[!=]= NULL\b|[!=]= NULL (&&|\|\||\?)|(&&|\|\|) [^;,=]*[!=]= NULL\b|; \w+ [!=]= NULL;": "a pointer is tested by itself: if (p), if (!p)",
}


def test_one_style():
    wrong = [f"{path}:{number}: {what}: {line.strip()}" for path in program_sources()
             for number, line in enumerate(re.sub(r'"(?:\\.|[^"\\\n])*"', '""', without_comments(read(path))).splitlines(), 1)
             for pattern, what in STYLE.items() if re.search(pattern, line)]
    assert not wrong, complaints(wrong)


def test_names_of_static_functions_occur_in_one_file():
    """A name that several files would use has its file's name in front: a debugger, a profile and a reader find one."""
    places = {}
    for path in program_sources():
        if path.endswith(".c"):
            for match in re.finditer(r"^static (?:[\w]+[ *]+)+(\w+)\(", without_comments(read(path)), re.M):
                places.setdefault(match[1], set()).add(path)
    wrong = [f"{name}: {', '.join(sorted(paths))}" for name, paths in sorted(places.items()) if len(paths) > 1]
    assert not wrong, complaints(wrong)


LINES_MAX = 65  # of a function; the median is 9, nine of ten have at most 21


def test_functions_read_in_one_look():
    wrong = []
    for path in ours(".c"):
        if path.startswith("tests/"):
            continue
        begin = None
        for number, line in enumerate(read(path).splitlines(), 1):
            if line == "{":
                begin = number
            elif line == "}" and begin is not None:
                if number - begin > LINES_MAX:
                    wrong.append(f"{path}:{begin}: {number - begin} lines")
                begin = None
    assert not wrong, complaints(wrong)


def test_lines_have_at_most_120_columns():
    """A string literal that fills its line by itself may be longer: clang-format does not break strings."""
    wrong = [f"{path}:{number}: {len(line)} columns" for path in ours(".c", ".cc", ".h") for number, line in enumerate(read(path).splitlines(), 1)
             if len(line) > 120 and not re.search(r'"(?:[^"\\]|\\.)*"[,;)} ]*$', line)]
    assert not wrong, complaints(wrong)


CLANG_FORMAT = "clang-format-19"  # in Debian 12 and in 13; other versions format differently


@pytest.mark.skipif(not shutil.which(CLANG_FORMAT), reason=f"needs {CLANG_FORMAT}")
def test_clang_format():
    paths = ours(".c", ".cc", ".h")
    done = subprocess.run([CLANG_FORMAT, "--dry-run", "--Werror", *paths], cwd=ROOT, capture_output=True, text=True, check=False)
    wrong = sorted(set(re.findall(r"^(\S+?):\d+:\d+: error", done.stderr, re.M)))
    assert done.returncode == 0, complaints(wrong or [done.stderr])
    assert os.path.exists(os.path.join(ROOT, ".clang-format"))
