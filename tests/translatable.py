"""Finds text for people that nobody could translate: in templates, in Python, in scripts.

Heuristics on purpose. What they take for text for people is named here; what only engineers read (commands, logs) is
left out: they read English anyway.
"""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, Token, TokenType

ROOT = Path(__file__).resolve().parent.parent
# Names are the same in every language.
NAMES = {"Winnow"}
ATTRIBUTES = {"title", "alt", "aria-label", "aria-description", "placeholder"}
# What these elements hold is no language but code, keys or data.
CODE = {"code", "kbd", "script", "style"}
WORD = re.compile(r"[^\W\d_]{2,}")
# In Python: keywords and class attributes whose value people read.
READ = {"help_text", "verbose_name", "verbose_name_plural", "description", "violation_error_message", "label"}
READ |= {"search_help_text", "list_title", "short_description", "site_header", "site_title", "index_title"}
# The docstring of an exception says that somebody reads its message.
FOR_PEOPLE = "message is for the person"
# Written to a terminal, for whoever starts the site, trains or imports; and what knows no Django.
TERMINAL = {"management", "migrations", "vision", "site.py", "servers.py", "processes.py", "manifest.py", "env.py"}
TERMINAL |= {"agreement", "label_files.py", "hash_list_files.py"}
# Blocks that hold the name of a CSS class.
CLASS_NAMES = {"block bodyclass", "block coltype"}
SENTENCE = re.compile(r"""(["'`])([A-Z][a-z]+(?: [a-z]+)+[^"'`]*)\1""")


def untranslated_html(text: str) -> list[tuple[int, str]]:
    """Return (line, text) of what a template would say in English whatever the language."""
    parser = _Reader()
    parser.feed("".join(_bare(Lexer(text).tokenize())))
    return parser.found


def _bare(tokens: list[Token]) -> Iterator[str]:
    """Yield the HTML without tags and variables, and without what lies inside blocktranslate; lines stay lines."""
    skipping = ""
    for token in tokens:
        name = token.contents.split(maxsplit=1)[0] if token.contents.strip() else ""
        name = "comment" if token.contents in CLASS_NAMES else name
        lines = token.contents.count("\n") * "\n"
        if token.token_type == TokenType.BLOCK and not skipping and name in ("blocktranslate", "blocktrans", "comment"):
            skipping = "endblock" if token.contents in CLASS_NAMES else f"end{name}"
        elif token.token_type == TokenType.BLOCK and name == skipping:
            skipping = ""
        yield token.contents if token.token_type == TokenType.TEXT and not skipping else lines


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self.code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.code += tag in CODE
        pressed = tag == "input" and dict(attrs).get("type") in ("submit", "button")
        for name, value in attrs:
            sentence = name.startswith("data-") and " " in (value or "").strip()
            if name in ATTRIBUTES or (pressed and name == "value") or sentence:
                self.check(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.code -= tag in CODE

    def handle_data(self, data: str) -> None:
        if not self.code:
            self.check(data)

    def check(self, text: str) -> None:
        if set(WORD.findall(text)) - NAMES:
            first = len(text) - len(text.lstrip())
            self.found.append((self.getpos()[0] + text.count("\n", 0, first), " ".join(text.split())))


def python_files() -> list[Path]:
    """Return the files whose words people may read in the browser."""
    files = [path for room in ("labeling", "moderation", "ml") for path in sorted((ROOT / room).rglob("*.py"))]
    return [path for path in files if not TERMINAL & set(path.parts)]


def read_exceptions(sources: list[str]) -> set[str]:
    """Return the names of the exceptions whose messages people read, and of those derived from them."""
    classes = [node for text in sources for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef)]
    found = {node.name for node in classes if FOR_PEOPLE in (ast.get_docstring(node) or "")} | {"ValidationError"}
    while True:
        derived = {node.name for node in classes if {_name(base) for base in node.bases} & found}
        if derived <= found:
            return found
        found |= derived


def untranslated_python(text: str, exceptions: set[str]) -> list[ast.expr]:
    """Return the string literals that people would read in English whatever the language."""
    found = [said for node in ast.walk(ast.parse(text)) for said in _said(node, exceptions)]
    return [each for each in found if _is_text(each)]


def _said(node: ast.AST, exceptions: set[str]) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        name, owner = _name(node.func), _name(getattr(node.func, "value", None))
        if name in exceptions:
            yield from node.args[:1]
            if node.args and isinstance(node.args[0], ast.Dict):
                yield from node.args[0].values
        elif owner == "messages" or name == "RegexValidator":
            yield from node.args[1:2]
        elif name in ("HttpResponse", "message_user"):
            yield from node.args[:2]
        yield from (each.value for each in node.keywords if each.arg in READ)
    elif isinstance(node, ast.ClassDef):
        choices = any((_name(base) or "").endswith("Choices") for base in node.bases)
        for line in node.body:
            if isinstance(line, ast.Assign):
                if choices and isinstance(line.value, ast.Tuple):
                    yield from line.value.elts[1:]
                elif _name(line.targets[0]) in READ:
                    yield line.value


def _name(node: ast.AST | None) -> str | None:
    return getattr(node, "id", None) or getattr(node, "attr", None)


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        return any(_is_text(part) for part in node.values)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(WORD.search(node.value))


def untranslated_script(text: str) -> list[tuple[int, str]]:
    """Return (line, text) of the sentences in a script: its words come from the page."""
    lines = enumerate(text.splitlines(), 1)
    return [(number, match[2]) for number, line in lines for match in SENTENCE.finditer(line)]
