"""The program's texts, from their sources to what the program reads.

Owns the marking of words: [[Dutch]] in templates/*.tpl and TEXT(KEY, "Dutch") in po/texts.def. Dutch is the original and needs no
catalogue; every other language has po/<language>.po, compiled by gettext's msgfmt. Knows no page and no C but the two tables it writes.

    catalog.py pot OUT TEXTS.DEF TEMPLATE...              all marked words as a POT, for msgmerge
    catalog.py texts OUT TEXTS.DEF LANG[=MO]...           a C table for each language, indexed by enum text_id
    catalog.py templates OUTDIR LANG[=MO]... -- TEMPLATE...   OUTDIR/<language>/<name>.tpl with the words of each language

A language without a translation for some word, or with other {{MARKERS}} or {names} in it, fails and names every such word.
"""
import gettext
import os
import re
import sys

MARKED = re.compile(r"\[\[(.*?)\]\]", re.S)
MARKER = re.compile(r"\{\{.*?\}\}", re.S)
PLAIN_MARKER = re.compile(r"\{\{[A-Z][A-Z0-9_]*(:[a-z_0-9=:]+)?\}\}")
NAME = re.compile(r"\{[a-z][a-z0-9_]*\}")
C_STRING = r'"(?:[^"\\\n]|\\.)*"'
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


class Wrong(Exception):
    """A fault in the sources or a catalogue; the text says where."""


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def squeeze(text):
    """Marked text may span several lines; its white space becomes one space, in the catalogue and on the page."""
    return re.sub(r"\s+", " ", text).strip()


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def marked_words(path):
    """(text, line) of each [[…]] of a template, in order."""
    text = read(path)
    for match in MARKED.finditer(text):
        words = squeeze(match.group(1))
        where = f"{path}:{line_of(text, match.start())}"
        if not words:
            raise Wrong(f"{where}: [[ ]] is empty")
        if "[[" in words:
            raise Wrong(f"{where}: [[ inside [[ ]]: is a ]] missing?")
        for marker in MARKER.findall(words):
            if not PLAIN_MARKER.fullmatch(marker):
                raise Wrong(f"{where}: only variables can stand between [[ and ]], not {marker}")
        yield words, line_of(text, match.start())
    rest = MARKED.sub("", text)
    if "[[" in rest or "]]" in rest:
        raise Wrong(f"{path}: a [[ or ]] stands alone")


def c_unquote(literals):
    """The text of adjacent C string literals."""
    text = "".join(literal[1:-1] for literal in re.findall(C_STRING, literals))
    escapes = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "'": "'"}

    def one(match):
        if match.group(1) not in escapes:
            raise Wrong(f"escape {match.group(0)} is not known here")
        return escapes[match.group(1)]

    return re.sub(r"\\(.)", one, text)


def c_quote(text):
    """A string literal of C or of a PO file: both accept UTF-8 unescaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def texts(path):
    """(key, Dutch, line) of each TEXT() of texts.def."""
    source = read(path)
    pattern = re.compile(rf"(?P<comment>/\*.*?\*/)|\bTEXT\(\s*(?P<key>\w+)\s*,\s*(?P<dutch>(?:{C_STRING}\s*)+)\)|(?P<other>\S)", re.S)
    for match in pattern.finditer(source):
        line = line_of(source, match.start())
        if match.group("other"):
            raise Wrong(f"{path}:{line}: neither a comment nor TEXT(KEY, \"Dutch\")")
        if match.group("key"):
            yield match.group("key"), c_unquote(match.group("dutch")), line


class Language:
    """One language: 'nl' is the original, 'en=PATH' reads a compiled catalogue. Collects missing translations."""

    def __init__(self, argument):
        self.code, _, path = argument.partition("=")
        self.faults = []
        self.catalogue = None
        if path:
            with open(path, "rb") as file:
                self.catalogue = gettext.GNUTranslations(file)

    def say(self, original, where):
        """The translation of the original; the original itself if there is none, which is a fault."""
        if self.catalogue is None:
            return original
        translated = self.catalogue._catalog.get(original)  # gettext() cannot tell a missing entry from an identical one
        if not translated:
            self.faults.append(f"{where}: po/{self.code}.po has no translation of\nmsgid {c_quote(original)}")
            return original
        for pattern in (MARKER, NAME):
            if sorted(pattern.findall(translated)) != sorted(pattern.findall(original)):
                self.faults.append(f"{where}: po/{self.code}.po has other {{…}} in {c_quote(translated)} than {c_quote(original)}")
        return translated

    def say_html(self, original, where):
        """As say, for a template: & < > and " that the original does not contain are text, not markup, and get escaped."""
        pieces = re.split(f"({MARKER.pattern})", self.say(original, where))
        bare = MARKER.sub("", original)
        for at in range(0, len(pieces), 2):
            for char, escape in ESCAPES.items():
                if char not in bare:
                    pieces[at] = pieces[at].replace(char, escape)
        return "".join(pieces)


def check(languages):
    faults = [fault for language in languages for fault in dict.fromkeys(language.faults)]
    if faults:
        raise Wrong("\n".join(faults))


def make_pot(out, texts_def, *templates):
    entries = {}
    for key, dutch, line in texts(texts_def):
        entries.setdefault(dutch, []).append((f"po/texts.def:{line}", key))
    for path in sorted(templates):
        for words, line in marked_words(path):
            entries.setdefault(words, []).append((f"templates/{os.path.basename(path)}:{line}", None))
    text = ['msgid ""', 'msgstr ""', '"Project-Id-Version: volmacht\\n"', '"MIME-Version: 1.0\\n"',
            '"Content-Type: text/plain; charset=UTF-8\\n"', '"Content-Transfer-Encoding: 8bit\\n"']
    for words, places in entries.items():
        text.append("")
        text.extend(f"#. {key}" for _, key in places if key)
        text.append("#: " + " ".join(dict.fromkeys(where for where, _ in places)))
        text.append(f"msgid {c_quote(words)}")
        text.append('msgstr ""')
    write(out, "\n".join(text) + "\n")


def make_texts(out, texts_def, *arguments):
    languages = [Language(argument) for argument in arguments]
    entries = list(texts(texts_def))
    lines = ["/* Made from po/ by po/catalog.py: do not edit. */"]
    for language in languages:
        lines.append(f"static const char *const texts_{language.code}[TEXT_COUNT] = {{")
        for key, dutch, line in entries:
            lines.append(f"    [TEXT_{key}] = {c_quote(language.say(dutch, f'{texts_def}:{line}'))},")
        lines.append("};")
    check(languages)
    write(out, "\n".join(lines) + "\n")


def translate(path, language):
    """A template's text in a language. Removes the HTML's indentation, a tenth of a page's bytes."""
    text = read(path)
    list(marked_words(path))

    def one(match):
        return language.say_html(squeeze(match.group(1)), f"{path}:{line_of(text, match.start())}")

    translated = MARKED.sub(one, text)
    if text.startswith('{{%AUTOESCAPE context="HTML"}}') and not re.search(r"<(pre|textarea)\b", text):
        translated = re.sub(r"^[ \t]+", "", translated, flags=re.M)
    return translated


def make_templates(outdir, *arguments):
    split = arguments.index("--")
    languages = [Language(argument) for argument in arguments[:split]]
    made = [(language, path, translate(path, language)) for language in languages for path in arguments[split + 1:]]
    check(languages)
    for language, path, text in made:
        folder = os.path.join(outdir, language.code)
        os.makedirs(folder, exist_ok=True)
        write(os.path.join(folder, os.path.basename(path)), text)


def main(arguments):
    commands = {"pot": make_pot, "texts": make_texts, "templates": make_templates}
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
