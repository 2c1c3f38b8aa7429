"""Everything that people read can be translated, and a translation that somebody adds is used."""

import ast
import re
import struct
from html.parser import HTMLParser

import pytest
from django.core.management import call_command
from django.utils import translation
from django.utils.translation.template import templatize

from labeling.models import Policy
from tests import factories as make
from tests.translatable import (
    ROOT,
    WORD,
    python_files,
    read_exceptions,
    untranslated_html,
    untranslated_python,
    untranslated_script,
)

# Esperanto: a language that Django itself speaks, so that its own words do not stay English either.
LANGUAGE = "eo"
# What templatize leaves of a template: gettext(u'one') and ngettext(u'one', u'many', count).
STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
IN_TEMPLATE = re.compile(rf"gettext\(\s*({STRING})(?:\s*,\s*({STRING}))?")
GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}


def at(path, line, text):
    return f"{path.relative_to(ROOT)}:{line}: {text}"


def test_templates_say_nothing_that_cannot_be_translated():
    files = sorted((ROOT / "templates").rglob("*.html"))
    found = [at(path, *each) for path in files for each in untranslated_html(path.read_text())]
    assert found == []


def test_python_says_nothing_to_people_that_cannot_be_translated():
    sources = {path: path.read_text() for path in python_files()}
    exceptions = read_exceptions(list(sources.values()))
    found = [
        at(path, node.lineno, ast.get_source_segment(text, node))
        for path, text in sources.items()
        for node in untranslated_python(text, exceptions)
    ]
    assert found == []


def test_scripts_have_no_sentences_of_their_own():
    files = sorted((ROOT / "static").glob("*.js"))
    assert [at(path, *each) for path in files for each in untranslated_script(path.read_text())] == []


@pytest.mark.parametrize(
    "html",
    [
        "<p>Hello there</p>",
        '<img alt="A picture">',
        '<button aria-label="Close">x</button>',
        '<input type="submit" value="Save">',
        '<p data-said="All is saved"></p>',
        "{% if a %}Yes{% endif %}",
    ],
)
def test_what_is_not_marked_in_a_template_is_found(html):
    assert untranslated_html(f"<p>\n{html}</p>")[0][0] == 2
    assert untranslated_html("{% translate 'Hello' %} {{ name }} <kbd>Esc</kbd> {# no #} Winnow · 3") == []


def test_what_is_not_marked_in_python_or_a_script_is_found():
    known = read_exceptions(['class A(Exception):\n "The message is for the person."', "class B(A): pass"])
    for line in (
        'raise B("No")',
        'raise A(f"{x} is wrong")',
        'x = CharField(help_text="Why")',
        'messages.info(r, "So")',
    ):
        assert len(untranslated_python(line, known)) == 1
    assert untranslated_python('raise B(_("No")); raise KeyError("No")', known) == []
    assert untranslated_script('"use strict";\nsay("Please wait a moment");') == [(2, "Please wait a moment")]


def spoken() -> dict[str, str]:
    """Every marked text, with itself in brackets as its translation: `{id: text}`; plural forms joined by a zero."""
    ids = set()
    for path in (ROOT / "templates").rglob("*.html"):
        found = IN_TEMPLATE.findall(templatize(path.read_text()))
        ids |= {"\0".join(ast.literal_eval(text) for text in texts if text) for texts in found}
    for path in python_files():
        ids |= ids_of(path.read_text())
    return {each: "\0".join(f"⟦{form}⟧" for form in each.split("\0")) for each in ids}


def ids_of(python: str) -> set[str]:
    calls = [node for node in ast.walk(ast.parse(python)) if isinstance(node, ast.Call)]
    marked = [call.args for call in calls if getattr(call.func, "id", "") in GETTEXT]
    return {"\0".join(text.value for text in args[:2] if is_string(text)) for args in marked if is_string(args[0])}


def is_string(node) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def compiled(messages: dict[str, str]) -> bytes:
    """A catalogue as msgfmt makes it: a header, two tables of lengths and places, and the texts."""
    header = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
    pairs = [(a.encode(), b.encode()) for a, b in sorted(({"": header} | messages).items())]
    place = 7 * 4 + 16 * len(pairs)
    tables, texts = [], b""
    for side in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[side]), place + len(texts)))
            texts += pair[side] + b"\0"
    start = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return start + b"".join(tables) + texts


@pytest.fixture
def esperanto(tmp_path, settings):
    """A catalogue as somebody would add it to locale/. Django forgets it when the settings change back."""
    folder = tmp_path / LANGUAGE / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(compiled(spoken()))
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = [("en", "en"), (LANGUAGE, LANGUAGE)]


class Words(HTMLParser):
    """What a page says outside of brackets: text and names, without code."""

    def __init__(self) -> None:
        super().__init__()
        self.said, self.code = [], 0

    def handle_starttag(self, tag, attrs):
        self.code += tag in ("code", "kbd", "script", "style")
        self.said += [value or "" for name, value in attrs if name in ("title", "alt", "aria-label", "placeholder")]

    def handle_endtag(self, tag):
        self.code -= tag in ("code", "kbd", "script", "style")

    def handle_data(self, data):
        if not self.code:
            self.said.append(data)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/label/weapons/", "/label/weapons/guideline", "/me/"])
def test_a_page_comes_in_the_language_of_the_browser(client, esperanto, path):
    policy = make.policy()
    policy.categories.update(name="56")  # data is in whatever language it is in
    Policy.objects.update(name="12", question="34?")
    make.queued("a", policy)
    client.force_login(make.person("77", "labeler"))
    page = client.get(path, headers={"Accept-Language": LANGUAGE})
    assert page.status_code == 200
    text = page.content.decode()
    assert f'<html lang="{LANGUAGE}">' in text
    assert "⟦" in text
    words = Words()
    words.feed(re.sub(r"⟦.*?⟧", "", text, flags=re.S))  # before it is parsed: a translated text may hold elements
    assert [each.strip() for each in words.said if set(WORD.findall(each)) - {"Winnow"} - months()] == []
    assert "⟦" not in client.get(path, headers={"Accept-Language": "fr"}).content.decode()


def months() -> set[str]:
    """Django's own words in dates, which are Esperanto."""
    from django.utils import dates

    with translation.override(LANGUAGE):
        return {
            word for names in (dates.MONTHS, dates.MONTHS_3, dates.WEEKDAYS_ABBR) for word in map(str, names.values())
        }


@pytest.mark.django_db
def test_marking_texts_changed_no_table():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
