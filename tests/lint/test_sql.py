"""The rules of the SQL: customer data only with its account, grants least, times and ids as agreed."""

import re

from tree import complaints, ours, read

# Tables whose rows belong to one account; a statement on them names account_id (or the key of a row that was found by it).
CUSTOMER = ("domain", "domain_count", "dns_check", "audit_event", "sender", "route", "share", "share_link", "notice", "outbox", "user", "session", "invitation", "login_link", "totp", "recovery_code")
# What comes before an account is known: the session itself, and sweep runs over all accounts.
WITHOUT_ACCOUNT = re.compile(r"^(session_|user_by_email|login_|sweep_|nightly_|outbox_claim|metrics_|schema_|account_|rate_|share_by_token|share_open)")


def statements():
    """(path, name, text) of every named statement."""
    for path in ours(".sql", under="sql/queries/"):
        parts = re.split(r"(?m)^--\s*name:\s*(\w+).*$", read(path))
        for name, text in zip(parts[1::2], parts[2::2]):
            yield path, name, re.sub(r"(?m)--.*$", "", text)


def test_there_are_statements():
    assert sum(1 for _ in statements()) > 10


def test_customer_data_only_with_its_account():
    wrong = []
    for path, name, text in statements():
        tables = {t.lower() for t in re.findall(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+`?(\w+)`?", text, re.I)}
        if tables & set(CUSTOMER) and not WITHOUT_ACCOUNT.match(name) and not re.search(r"\baccount_id\b", text, re.I):
            wrong.append(f"{path}: {name}: {', '.join(sorted(tables & set(CUSTOMER)))} without account_id")
    assert not wrong, complaints(wrong)


def test_where_has_the_account():
    """SELECT, UPDATE and DELETE on the domains themselves: account_id stands in the WHERE or a join condition, not just in the columns."""
    wrong = []
    for path, name, text in statements():
        if WITHOUT_ACCOUNT.match(name) or not re.search(r"\b(FROM|UPDATE)\s+`?domain`?\b", text, re.I):
            continue
        conditions = " ".join(re.findall(r"\b(?:WHERE|ON)\b(.*?)(?=\bGROUP\b|\bORDER\b|\bLIMIT\b|\bWHERE\b|$)", text, re.I | re.S))
        if not re.search(r"account_id\s*(=|,)|\(\s*\w*\.?account_id", conditions):
            wrong.append(f"{path}: {name}")
    assert not wrong, complaints(wrong)


def test_values_are_bound():
    wrong = [f"{path}: {name}: {m[0]}" for path, name, text in statements() for m in re.finditer(r"%[sd]\b|\bOFFSET\b|SELECT\s+\*", text, re.I)]
    assert not wrong, complaints(wrong)


def test_no_value_is_cut_in_silence():
    """INSERT IGNORE and the like turn errors into warnings, also in strict mode: a value that does not fit would be truncated. The mail server's own statements too."""
    texts = {path: read(path) for path in ours(".sql", under="sql/")} | {"mail/exim.conf": read("mail/exim.conf")}
    wrong = [f"{path}: {m[0]}" for path, text in texts.items() for m in re.finditer(r"\b(INSERT|UPDATE|DELETE|LOAD)\s+(LOW_PRIORITY\s+)?IGNORE\b", text, re.I)]
    assert not wrong, complaints(wrong)
    assert "STRICT_ALL_TABLES" in read("sql/queries/connection.sql")


def test_tables_have_a_primary_key_and_innodb():
    wrong = []
    for path in ours(".sql", under="sql/migrations/"):
        for match in re.finditer(r"CREATE TABLE\s+(?:IF NOT EXISTS\s+)?`?(\w+)`?\s*\((.*?)\n\)([^;]*);", read(path), re.I | re.S):
            if "PRIMARY KEY" not in match[2].upper():
                wrong.append(f"{path}: {match[1]} has no primary key")
            if "INNODB" not in match[3].upper():
                wrong.append(f"{path}: {match[1]} is not InnoDB")
    assert not wrong, complaints(wrong)


def test_web_user_has_no_grant_on_everything():
    text = read("sql/grants.sql") + read("sql/users.sql")
    for user in ("web", "sweep", "mail"):
        for match in re.finditer(r"GRANT\s+([^;]*?)\s+ON\s+([^;]*?)\s+TO\s+volmacht_" + user, text, re.I):
            assert "*" not in match[2] and "ALL" not in match[1].upper() and "FILE" not in match[1].upper(), match[0]
