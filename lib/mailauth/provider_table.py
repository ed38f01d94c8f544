"""Makes the C table of DNS providers from the list: provider_table.py LIST > TABLE. Says where a line of the list is wrong."""
import re
import sys

HOST = {"relative": "PROVIDER_HOST_RELATIVE", "full": "PROVIDER_HOST_FULL", "dot": "PROVIDER_HOST_DOT"}
APEX = {"@": "PROVIDER_APEX_AT", "empty": "PROVIDER_APEX_EMPTY", "full": "PROVIDER_APEX_FULL"}
QUOTES = {"none": "false", "split": "true"}
DOT = {"plain": "false", "dot": "true"}
ID = re.compile(r"[a-z][a-z0-9]{1,23}\Z")
PATTERN = re.compile(r"[a-z0-9*-]+(\.[a-z0-9*-]+)+\Z")
PAGE = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+/[A-Za-z0-9/-]*\Z")
TEXT = re.compile(r"[A-Za-z0-9 .()-]{2,40}\Z")


def quoted(text):
    return "NULL" if text == "-" else f'"{text}"'


def read(path):
    seen = set()
    with open(path, encoding="ascii") as lines:
        for number, line in enumerate(lines, 1):
            if not line.split("#")[0].strip():
                continue
            columns = [column.strip() for column in line.split("|")]
            if len(columns) != 9:
                sys.exit(f"{path}:{number}: {len(columns)} columns, not 9")
            key, name, servers, host, apex, quotes, dot, proxy, page = columns
            wrong = [what for what, ok in [
                ("id", ID.match(key) and key not in seen), ("name", TEXT.match(name)), ("host", host in HOST), ("apex", apex in APEX),
                ("quotes", quotes in QUOTES), ("dot", dot in DOT), ("proxy", proxy == "-" or TEXT.match(proxy)), ("page", page == "-" or PAGE.match(page)),
                ("name servers", servers and all(PATTERN.match(p) and p not in seen for p in servers.split()))] if not ok]
            if wrong:
                sys.exit(f"{path}:{number}: wrong {', '.join(wrong)}")
            seen.add(key)
            seen.update(servers.split())
            yield key, name, servers.split(), HOST[host], APEX[apex], QUOTES[quotes], DOT[dot], quoted(proxy), quoted(page)


print("/* Made by provider_table.py from dns_providers.txt; do not edit. */")
for key, name, servers, host, apex, quotes, dot, proxy, page in read(sys.argv[1]):
    patterns = "".join(f"{pattern}\\0" for pattern in servers)
    print(f'{{{{"{key}", "{name}", {host}, {apex}, {quotes}, {dot}, {proxy}, {page}}}, "{patterns}"}},')
