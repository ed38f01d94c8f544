"""Words that the project replaced by the field's terms must not come back, in names, comments and texts."""

import re

from tree import complaints, files, read

# Old word: the term to use. A word counts also as a part of a name (night_counts), in any case.
OLD = {
    "night|nights": "sweep run",
    "feeder|feeders": "producer",
    "asker|askers": "prober",
    "suspect|suspects": "retry queue",
    "flight|flights": "resolution; outstanding",
    "desk": "the name of the part that is meant",
    "judge|judges|judged|judging|judgement": "evaluate, verifier",
    "sight": "context; visible",
    "opinion|opinions": "tally, verdict",
    "culprit": "offending tag",
    "mended": "suggested",
    "outlook": "effective policy",
    "sibling|siblings": "wildcard probe",
    "telling": "notice; by priority",
    "mailing": "mail delivery",
    "lasting": "immutable",
    "bury|buried": "tombstone",
    "patient": "long running",
    "undress": "strip",
    "own_login": "profile",
    "login_waiting": "mfa_pending",
    "wants_code": "mfa_required",
    "test_people": "test_members",
    "test_forgotten": "test_password_reset",
    "lib/domain": "lib/mailauth, lib/app/domain",
    "he|his|him|himself|whoever": "the person's role: user, admin, operator",
}
WORDS = re.compile(r"(?<![a-z0-9])(?:" + "|".join(OLD) + r")(?![a-z0-9])", re.I)
# What the words mean here is another thing: queries in flight (in_flight), the provider "he", the label of the wildcard probe in DNS.
ALLOWED = re.compile(r'in_flight|"he"|dns\.he\.net|vm-sibling-', re.I)
# History, licences, lists of names, input for the fuzzer, the English translation ("every night"), and this list.
OUTSIDE = ("NEWS", "LICENSE", "lib/mailauth/mailbox_providers.txt", "lib/mailauth/dns_providers.txt", "lib/mailauth/public_suffix", "po/en.po", "po/nl.po",
           "tests/fuzz/corpus", "tests/browser/package-lock.json", "tests/mail/package-lock.json", "tests/lint/test_words.py")
BINARY = (".png", ".ico", ".gz", ".xz", ".woff2", ".bin")


def old_words(text):
    """(line, word) of each old word of a text."""
    for number, line in enumerate(text.split("\n"), 1):
        for match in WORDS.finditer(ALLOWED.sub("", line)):
            yield number, match[0]


def test_old_words_are_found():
    text = "a sweep run\nnight_counts of Judge's\nin_flight\nof their own"
    assert list(old_words(text)) == [(2, "night"), (2, "Judge")]


def test_no_old_words():
    wrong = []
    for path in files():
        if path.startswith(OUTSIDE) or path.endswith(BINARY):
            continue
        wrong += [f"{path}: {word} (in the path)" for _, word in old_words(path)]
        wrong += [f"{path}:{line}: {word}" for line, word in old_words(read(path))]
    assert not wrong, complaints(wrong)
