"""Makes lib/store/statements.h and .c of sql/: the named statements of queries/ and the migrations, as C text; and what grants.sql gives, as a table.

A named statement is a line `-- name: word` and the SQL up to the next such line or comment block that follows a `;`. `-- columns: word` names a
list of columns that several statements select: `SELECT {word} FROM ...`. Of each statement the C gets its number of arguments, SQL_ARGS_<NAME>, and
of each SELECT the indices of its columns by name: COL_<NAME>_<COLUMN>, or COL_<LIST>_<COLUMN> for those of a list with which it begins.
Used at build time: embed.py OUT.h OUT.c FILE.sql...; a file below a folder `migrations` is one, grants.sql is read for the rights of the program's
own users, all others hold named statements.
"""
import os
import re
import sys

USERS = ("web", "sweep")  # as whom the program works by itself


def without_comments(text):
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("--"))


def tight(sql):
    """One line, single spaces outside quotes, without the final semicolon."""
    parts = re.split(r"('(?:[^']|'')*')", sql.strip())
    parts = [part if i % 2 else re.sub(r"\s+", " ", part) for i, part in enumerate(parts)]
    return "".join(parts).strip().rstrip(";").rstrip()


def split_statements(text):
    """Statements end with a semicolon outside quotes."""
    statements = []
    current = ""
    for part in re.split(r"('(?:[^']|'')*')", without_comments(text)):
        if part.startswith("'"):
            current += part
            continue
        pieces = part.split(";")
        for piece in pieces[:-1]:
            statements.append(tight(current + piece))
            current = ""
        current += pieces[-1]
    if current.strip():
        raise SystemExit("a statement without its semicolon: " + current.strip()[:60])
    return statements


def column_lists(text):
    """{name: columns} of the lists that statements share."""
    return {name: tight(without_comments(body).split(";")[0]) for name, body in re.findall(r"^-- columns: *(\w+) *$(.*?;)", text, flags=re.M | re.S)}


def top_level(sql):
    """The text with all that stands in parentheses or quotes replaced by spaces: positions stay."""
    out, depth = [], 0
    for part in re.split(r"('(?:[^']|'')*')", sql):
        if part.startswith("'"):
            out.append(" " * len(part))
            continue
        for c in part:
            depth -= c == ")"
            out.append(" " if depth or c in "()" else c)
            depth += c == "("
    return "".join(out)


def column_names(name, sql):
    """What a SELECT's columns are called: by AS, or the column's own name. One literal alone has no name."""
    bare = top_level(sql)
    end = re.search(r"\bFROM\b", bare)
    selected, bare = sql[7:end.start() if end else None], bare[7:end.start() if end else None]
    bounds = [-1, *(m.start() for m in re.finditer(",", bare)), len(bare)]
    columns = [selected[a + 1:b].strip() for a, b in zip(bounds, bounds[1:])]
    if len(columns) == 1 and columns[0].isdigit():
        return []
    names = []
    for column in columns:
        match = re.search(r"(?:\bAS |^(?:\w+\.)?)`?([a-z_][a-z0-9_]*)`?$", column)
        if not match:
            raise SystemExit("%s: name this column with AS: %s" % (name, column))
        names.append(match[1])
    doubled = {n for n in names if names.count(n) > 1}
    if doubled:
        raise SystemExit("%s: two columns of one name, name one with AS: %s" % (name, ", ".join(sorted(doubled))))
    return names


def column_enums(queries, lists):
    """[(name, columns)]: of each list that is used, and of each other SELECT."""
    enums, used = [], set()
    for name, sql, shared in queries:
        columns = column_names(name, sql) if sql.startswith("SELECT ") else []
        if shared:
            used.add(shared)
        if columns and not (shared and columns == column_names(shared, "SELECT " + lists[shared])):
            enums.append((name, columns))
    return [(name, column_names(name, "SELECT " + lists[name])) for name in sorted(used)] + enums


def named_statements(path, text, lists=None):
    """[(name, SQL)]; lists: what {word} stands for, by default those of this file."""
    return [(name, sql) for name, sql, _ in expanded_statements(path, text, column_lists(text) if lists is None else lists)]


def expanded_statements(path, text, lists):
    """[(name, SQL, the list with which its columns begin, or None)]."""
    found = []
    text = re.sub(r"^-- columns: *\w+ *$.*?;", "", text, flags=re.M | re.S)
    chunks = re.split(r"^-- name: *(\S+) *$", text, flags=re.M)
    for name, body in zip(chunks[1::2], chunks[2::2]):
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise SystemExit("%s: %s: a name is small letters, digits and _" % (path, name))
        statements = split_statements(body)
        if len(statements) != 1:
            raise SystemExit("%s: %s: %d statements instead of one" % (path, name, len(statements)))
        shared = re.match(r"SELECT \{(\w+)\}", statements[0])
        sql = re.sub(r"\{(\w+)\}", lambda m: lists[m[1]], statements[0])
        found.append((name, sql, shared and shared[1]))
    return found


def rights(path, text, user):
    """(table, column or "", privilege) of each right that grants.sql gives to a user."""
    found = []
    for statement in split_statements(text):
        grant = re.fullmatch(r"GRANT (.+) ON (\w+) TO volmacht_(\w+)@localhost", statement)
        if not grant:
            raise SystemExit("%s: not a GRANT on one table to one user: %s" % (path, statement[:60]))
        if grant[3] != user:
            continue
        for privilege, columns in re.findall(r"([A-Z]+)(?: \(([^)]*)\))?(?:, |$)", grant[1]):
            found += [(grant[2], column, privilege) for column in re.findall(r"\w+", columns) or [""]]
    return found


def parameters(sql):
    return sum(part.count("?") for part in re.split(r"'(?:[^']|'')*'", sql))


def c_string(text):
    """C literals of at most 120 characters each, joined by the compiler."""
    out = []
    for i in range(0, len(text), 120):
        piece = text[i:i + 120].replace("\\", "\\\\").replace('"', '\\"').replace("?", "\\?")
        out.append('"%s"' % piece)
    return "\n        ".join(out)


def write(path, text):
    with open(path + ".tmp", "w", encoding="utf-8") as out:
        out.write(text)
    os.replace(path + ".tmp", path)


def header(queries, migrations, enums):
    lines = [
        "/* Generated by sql/embed.py from sql/: do not edit. */",
        "#ifndef STORE_STATEMENTS_H",
        "#define STORE_STATEMENTS_H",
        "",
        '#include "base/base.h"',
        "",
        "enum statement {",
    ]
    lines += ["    SQL_%s," % name.upper() for name, _, _ in queries]
    lines += [
        "    SQL_COUNT",
        "};",
        "",
        "/* How many arguments each statement takes. */",
        "enum {",
    ]
    lines += ["    SQL_ARGS_%s = %d," % (name.upper(), parameters(sql)) for name, sql, _ in queries]
    lines += ["};", ""]
    for name, columns in enums:
        lines.append("enum { %s };" % ", ".join("COL_%s_%s" % (name.upper(), column.upper()) for column in columns))
    lines += [
        "",
        "struct statement_text {",
        "    const char *name;",
        "    const char *sql;",
        "    unsigned parameters;",
        "};",
        "extern const struct statement_text statement_text[SQL_COUNT];",
        "",
        "struct migration {",
        "    int version;",
        "    const char *name;",
        "    const char *const *sql; /* NULL after the last */",
        "};",
        "enum { MIGRATION_COUNT = %d, SCHEMA_VERSION = %d };" % (len(migrations), migrations[-1][0] if migrations else 0),
        "extern const struct migration migration[MIGRATION_COUNT];",
        "",
        "/* What grants.sql gives a user. */",
        "struct right {",
        "    const char *table;  /* NULL after the last */",
        "    const char *column; /* empty: the whole table */",
        "    const char *privilege;",
        "};",
        *["extern const struct right right_of_%s[];" % user for user in USERS],
        "",
        "#endif",
        "",
    ]
    return "\n".join(lines)


def source(queries, migrations, given):
    lines = [
        "/* Generated by sql/embed.py from sql/: do not edit. */",
        '#include "base/base.h"',
        '#include "store/statements.h"',
        "",
        "const struct statement_text statement_text[SQL_COUNT] = {",
    ]
    for name, sql, _ in queries:
        lines.append('    [SQL_%s] = {"%s",\n        %s,\n        %d},' % (name.upper(), name, c_string(sql), parameters(sql)))
    lines += ["};", ""]
    for version, _, statements in migrations:
        lines.append("static const char *const migration_%04d[] = {" % version)
        lines += ["        %s," % c_string(sql) for sql in statements]
        lines += ["        NULL,", "};", ""]
    lines.append("const struct migration migration[MIGRATION_COUNT] = {")
    lines += ['    {%d, "%s", migration_%04d},' % (version, name, version) for version, name, _ in migrations]
    lines += ["};", ""]
    for user in USERS:
        lines.append("const struct right right_of_%s[] = {" % user)
        lines += ['    {"%s", "%s", "%s"},' % right for right in given[user]]
        lines += ["    {NULL, NULL, NULL},", "};", ""]
    return "\n".join(lines)


def main(out_header, out_source, paths):
    queries = []
    lists = {}
    migrations = []
    given = {user: [] for user in USERS}
    texts = []
    for path in sorted(paths, key=os.path.basename):
        with open(path, encoding="utf-8") as file:
            texts.append((path, file.read()))
        lists.update(column_lists(texts[-1][1]))
    for path, text in texts:
        if os.path.basename(os.path.dirname(path)) == "migrations":
            name = os.path.basename(path)[:-4]
            migrations.append((int(name[:4]), name, split_statements(text)))
        elif os.path.basename(path) == "grants.sql":
            given = {user: rights(path, text, user) for user in USERS}
        else:
            queries += expanded_statements(path, text, lists)
    names = [name for name, _, _ in queries]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise SystemExit("named twice: " + ", ".join(sorted(doubled)))
    versions = [version for version, _, _ in migrations]
    # Not without gaps: several are made side by side and land in any order, and migrate runs whichever is not done.
    if versions != sorted(set(versions)) or versions[:1] != [1]:
        raise SystemExit("migrations are numbered from 0001 up, each number once")
    write(out_header, header(queries, migrations, column_enums(queries, lists)))
    write(out_source, source(queries, migrations, given))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
