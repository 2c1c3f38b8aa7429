"""What is served of static/: ours without comments, all else as it came, each under the hash of its text."""

import hashlib
import re
import shutil

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage

from moderation.static_files import MinifiedStaticFilesStorage

SCRIPT = """/* What it is for. */
const url = `https://${host}//path`; // why
const parts = text.replace(/[/*]\\s+/g, " ");
export { url, parts };
"""
STYLE = "/* The stage. */\n.stage {\n  width: calc(100% - 2 * var(--side));\n}\n"


@pytest.fixture
def collected(tmp_path, monkeypatch):
    """Return a function that collects these texts, as ours or another library's, and returns what is served of them."""

    def collect(texts, *, ours):
        source, target = tmp_path / "source", tmp_path / "target"
        source.mkdir()
        for name, text in texts.items():
            (source / name).write_text(text)
        shutil.copytree(source, target)
        monkeypatch.setattr(settings, "STATICFILES_DIRS", [source] if ours else [])
        storage = MinifiedStaticFilesStorage(location=str(target))
        found = {name: (StaticFilesStorage(location=str(source)), name) for name in texts}
        for _name, _hashed, problem in storage.post_process(found):
            assert not isinstance(problem, Exception), problem
        return {name: (target / storage.stored_name(name)).read_text() for name in texts}

    return collect


def test_our_comments_are_left_out_and_the_code_is_the_same(collected):
    served = collected({"a.js": SCRIPT, "a.css": STYLE}, ours=True)
    assert "`https://${host}//path`" in served["a.js"]
    assert 'replace(/[/*]\\s+/g," ")' in served["a.js"]
    assert not re.search("What it is for|why", served["a.js"])
    assert served["a.css"].strip() == ".stage{width:calc(100% - 2 * var(--side))}"


def test_what_others_wrote_stays_as_it_is(collected):
    texts = {"a.js": SCRIPT, "a.css": STYLE}
    assert collected(texts, ours=False) == texts


def test_the_address_goes_by_the_text_that_is_served(collected, tmp_path):
    text = collected({"a.js": SCRIPT}, ours=True)["a.js"]
    [name] = [path.name for path in (tmp_path / "target").glob("a.*.js")]
    assert name == f"a.{hashlib.md5(text.encode()).hexdigest()[:12]}.js"
