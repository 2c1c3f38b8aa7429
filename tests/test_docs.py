"""The docs are held against the code: what they name exists, and what exists is named."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
# Django's and Celery's own, and those of the tests.
ELSEWHERE = {"DJANGO_SETTINGS_MODULE", "CHROMIUM"}


def variables_read():
    code = "".join(path.read_text() for path in (ROOT / "moderation").rglob("*.py"))
    return set(re.findall(r"env\.(?:text|flag|integer|words)\(\s*\"([A-Z_]+)\"", code))


def test_every_variable_is_documented_and_every_documented_one_is_read():
    table = (ROOT / "docs" / "configuration.md").read_text()
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))
    assert documented - ELSEWHERE == variables_read()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_files_that_a_page_names_exist(page):
    text = page.read_text()
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    files = re.findall(r"`((?:moderation|labeling|ml|templates|static|tests|benchmarks|docs)/[\w/.]+)`", text)
    missing = [name for name in links if not (page.parent / name).exists()]
    missing += [name for name in files if not (ROOT / name).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_targets_that_a_page_names_exist(page):
    targets = set(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", page.read_text())) <= targets


def test_what_brought_an_image_before_people_is_documented_with_every_value_of_its_column():
    from labeling.models import QueueEntry

    page = (ROOT / "docs" / "labels.md").read_text()
    row = next(line for line in page.splitlines() if line.startswith("| `chosen` |"))
    assert set(re.findall(r"`(\w+)`", row)) == {"chosen", *QueueEntry.Strategy.values, "elsewhere"}


def test_every_picture_is_shown_or_linked_by_a_page():
    named = "".join(page.read_text() for page in PAGES)
    pictures = [path.name for path in (ROOT / "docs" / "images").iterdir()]
    assert [name for name in pictures if f"images/{name})" not in named] == []
