"""Rows written directly to the database instead of by the program: the only INSERTs of the tests into its tables.

For what the program makes too slowly in thousands (a domain's key takes it a tenth of a second, an account and its user two processes and a hash that
is meant to be slow), or cannot be brought to make (a key of long ago, a bounce at a certain moment). Knows tables and columns; all else that tests need
is made by the pages and the command line.
"""

import ctypes
import time
import uuid

BATCH = 1000


def hex_id(value):
    return "X'" + str(value).replace("-", "") + "'"


def literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, uuid.UUID):
        return hex_id(value)
    return "X'" + str(value).encode().hex() + "'" if value else "''"


def quick_hash(password):
    """A password hash of the program's kind, Argon2id by libsodium, at minimal cost: it contains its parameters, so a login with it is fast."""
    sodium = ctypes.CDLL("libsodium.so.23")
    out = ctypes.create_string_buffer(128)  # crypto_pwhash_STRBYTES
    given = password.encode()
    passes, memory, argon2id13 = 1, 8192, 2
    if sodium.sodium_init() < 0 or sodium.crypto_pwhash_str_alg(out, given, ctypes.c_ulonglong(len(given)), ctypes.c_ulonglong(passes), ctypes.c_size_t(memory), argon2id13) != 0:
        raise AssertionError("libsodium makes no hash")
    return out.value.decode()


class Rows:
    """sql: runs statements as root. Ids are UUIDs, or their text; times are milliseconds."""

    def __init__(self, sql):
        self._sql = sql

    def _insert(self, table, rows):
        for at in range(0, len(rows), BATCH):
            batch = rows[at:at + BATCH]
            values = ",".join("(" + ",".join(literal(value) for value in row.values()) + ")" for row in batch)
            self._sql(f"INSERT INTO {table} ({', '.join(batch[0])}) VALUES {values}")

    def account(self, account, name="Klant"):
        self._insert("account", [{"id": uuid.UUID(str(account)), "name": name, "created_at": 0}])

    def user(self, account, email, password, role):
        self._insert("user", [{"id": uuid.uuid4(), "account_id": uuid.UUID(str(account)), "email": email, "password_hash": quick_hash(password), "role": role,
                               "created_at": int(time.time() * 1000)}])

    def credential(self, login, account, password_hash):
        """Adds a login for SMTP AUTH."""
        self._insert("mail_credential", [{"login": login, "account_id": uuid.UUID(str(account)), "hash": password_hash, "created_at": 0}])

    def domains(self, account, domains):
        """Adds domains, each with name, and id, status, unicode, created_at, checked_at, verdicts, selector or return_path_target to override a default. Updates
        the account's counts."""
        now = int(time.time() * 1000)
        given = {"id": None, "status": "pending", "unicode": None, "created_at": now, "checked_at": None, "verdicts": None, "selector": "vmrow",
                 "return_path_label": "bounce", "return_path_target": "bounce.mail.volmacht.example"}
        rows = []
        for domain in domains:
            row = {**given, **domain}
            rows.append({"id": row.pop("id") or uuid.uuid4(), "account_id": uuid.UUID(str(account)), **row})
        self._insert("domain", rows)
        owner = hex_id(account)
        counts = [f"(SELECT COUNT(*) FROM domain d WHERE d.account_id = {owner} AND d.status = '{status}')" for status in ("pending", "verified", "lost")]
        self._sql(f"INSERT INTO domain_count (account_id, pending, verified, lost) VALUES ({owner}, {', '.join(counts)}) "
                  "ON DUPLICATE KEY UPDATE pending = VALUES(pending), verified = VALUES(verified), lost = VALUES(lost)")

    def keys(self, account, keys):
        """Adds DKIM keys, each with domain_id, name, selector and public_b64, and id, created_at, state or algorithm to override a default."""
        given = {"id": None, "created_at": int(time.time() * 1000), "state": "active", "algorithm": "rsa"}
        rows = []
        for key in keys:
            row = {**given, **key}
            rows.append({"id": row.pop("id") or uuid.uuid4(), "account_id": uuid.UUID(str(account)), **row})
        self._insert("dkim_key", rows)

    def private_key(self, account, key, pem):
        self._insert("dkim_private_key", [{"key_id": key, "account_id": uuid.UUID(str(account)), "pem": pem}])

    def sender(self, account, sender, secret=None, **columns):
        self._insert("sender", [{"id": sender, "account_id": uuid.UUID(str(account)), **columns, "created_at": 0}])
        if secret is not None:
            self._insert("sender_secret", [{"sender_id": sender, "account_id": uuid.UUID(str(account)), "secret": secret}])

    def bounces(self, account, bounces):
        """Adds bounces, each with domain_name, sender_address, recipient, status_code, reason and at."""
        self._insert("bounce", [{"id": uuid.uuid4(), "account_id": uuid.UUID(str(account)), "mail_id": "x", **bounce} for bounce in bounces])

    def login_mail(self, kind, email, language, created_at, due_at):
        self._insert("login_mail", [{"id": uuid.uuid4(), "kind": kind, "email": email, "language": language, "created_at": created_at, "due_at": due_at}])

    def second_factor(self, account, user, secret):
        """Adds a TOTP secret that was confirmed long ago."""
        self._insert("totp", [{"user_id": user, "account_id": uuid.UUID(str(account)), "secret": secret, "created_at": 1, "confirmed_at": 1, "last_step": 0}])
