"""Publishes the static files for the web server under names made of their content, so that a browser may cache them for a year.

Owns those names. A stylesheet is put out without comments and indentation, its icons in it, so that it is one request. Knows no page:
the templates name a file as it is called here, and `point` makes that the published name.

    publish.py files OUTDIR FILE...             OUTDIR/<name>.<hash>.<ending> of each file, and OUTDIR/names, a line "name published" each
    publish.py point OUTDIR/names TEMPLATE...   /static/<name> in these (built) templates becomes /static/<published>

A file that is named and not there, in a stylesheet or in a template, is an error that says where.
"""
import base64
import hashlib
import os
import re
import sys


class Wrong(Exception):
    """A fault in the sources; the text says where."""


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, content):
    """Writes a file atomically, because a web server may be reading it."""
    with open(path + ".new", "wb") as file:
        file.write(content)
    os.replace(path + ".new", path)


def stylesheet(path):
    """The CSS with its icons inlined: masks of a few hundred bytes, which as files would cost a request each."""
    folder = os.path.dirname(path)

    def icon(match):
        name = os.path.join(folder, match.group(1).decode())
        if not name.endswith(".svg") or not os.path.isfile(name):
            raise Wrong(f"{path}: url(\"{match.group(1).decode()}\") is no SVG file of static/")
        return b'url("data:image/svg+xml;base64,' + base64.b64encode(read(name).strip()) + b'")'

    text = re.sub(rb"/\*.*?\*/", b"", read(path), flags=re.S)
    text = re.sub(rb'url\("(?!data:)([^"]*)"\)', icon, text)
    return re.sub(rb"\n\s*", b"\n", text).strip() + b"\n"


def make_files(outdir, *paths):
    os.makedirs(outdir, exist_ok=True)
    names = []
    for path in paths:
        content = stylesheet(path) if path.endswith(".css") else read(path)
        stem, ending = os.path.splitext(os.path.basename(path))
        published = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}{ending}"
        write(os.path.join(outdir, published), content)
        names.append((stem + ending, published))
    kept = {published for _, published in names}
    for name in os.listdir(outdir):
        if name not in kept and name != "names":
            os.remove(os.path.join(outdir, name))
    write(os.path.join(outdir, "names"), "".join(f"{name} {published}\n" for name, published in names).encode())


def point(list_of_names, *templates):
    names = dict(line.split(" ") for line in read(list_of_names).decode().splitlines())
    for path in templates:
        def published(match, path=path):
            if match.group(1) not in names:
                raise Wrong(f"{path}: /static/{match.group(1)} is no file of static/")
            return "/static/" + names[match.group(1)]
        text = read(path).decode("utf-8")
        pointed = re.sub(r"/static/([^\"?#{]+)", published, text)
        if pointed != text:
            write(path, pointed.encode("utf-8"))


def main(arguments):
    commands = {"files": make_files, "point": point}
    if len(arguments) < 3 or arguments[0] not in commands:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        commands[arguments[0]](*arguments[1:])
    except Wrong as wrong:
        print(wrong, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
