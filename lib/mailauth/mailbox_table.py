"""Makes the C table of mailbox providers from the list: mailbox_table.py LIST > TABLE. Sorted by strcmp, for bsearch."""
import re
import sys

LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?\Z")


def read(path):
    names = set()
    with open(path, encoding="ascii") as lines:
        for number, line in enumerate(lines, 1):
            name = line.split("#")[0].strip()
            if not name:
                continue
            labels = name.split(".")
            if len(labels) < 2 or not all(LABEL.match(label) for label in labels):
                sys.exit(f"{path}:{number}: not a domain name: {name}")
            if name in names:
                sys.exit(f"{path}:{number}: {name} stands here twice")
            names.add(name)
    return sorted(names)


print("/* Made by mailbox_table.py from mailbox_providers.txt; do not edit. */")
for provider in read(sys.argv[1]):
    print(f'"{provider}",')
