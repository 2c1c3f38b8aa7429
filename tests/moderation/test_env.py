"""The readers of environment variables, and the names that a start without DEBUG asks for."""

import subprocess
import sys

import pytest

from moderation import env
from tests.site import ROOT, environment

REQUIRED = {
    "SECRET_KEY": "a-secret-of-more-than-fifty-characters-0123456789-abcdef",
    "ALLOWED_HOSTS": "winnow.example",
    "DATABASE_URL": "postgresql://db.example/winnow",
    "CELERY_BROKER_URL": "redis://broker.example/0",
}


def test_text_is_trimmed_and_falls_back(monkeypatch):
    monkeypatch.setenv("NAME", "  value ")
    assert env.text("NAME") == "value"
    monkeypatch.setenv("NAME", " ")
    assert env.text("NAME", "other") == "other"


def test_a_missing_text_ends_the_start_with_its_name(monkeypatch):
    monkeypatch.delenv("NAME", raising=False)
    with pytest.raises(SystemExit, match="NAME is not set"):
        env.text("NAME")


@pytest.mark.parametrize(("text", "expected"), [("1", True), ("Yes", True), ("off", False), ("0", False), ("", True)])
def test_flags(monkeypatch, text, expected):
    monkeypatch.setenv("NAME", text)
    assert env.flag("NAME", True) is expected


@pytest.mark.parametrize("text", ["-1", "many", "1.5"])
def test_a_bad_number_ends_the_start_with_its_name(monkeypatch, text):
    monkeypatch.setenv("NAME", text)
    with pytest.raises(SystemExit, match="NAME must be"):
        env.integer("NAME", 3)


def test_a_bad_flag_ends_the_start_with_its_name(monkeypatch):
    monkeypatch.setenv("NAME", "perhaps")
    with pytest.raises(SystemExit, match="NAME must be 1 or 0, not 'perhaps'"):
        env.flag("NAME", True)


def test_words_are_split_at_commas(monkeypatch):
    monkeypatch.setenv("NAME", "a, b,,c ")
    assert env.words("NAME") == ["a", "b", "c"]


def start(tmp_path, *command, **settings):
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment(tmp_path, DEBUG="0", **settings),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", REQUIRED)
def test_with_debug_off_a_missing_setting_ends_the_start_with_its_name(tmp_path, missing):
    settings = {name: value for name, value in REQUIRED.items() if name != missing}
    result = start(tmp_path, "dev", **settings)
    assert result.returncode == 1
    assert result.stderr.startswith(f"Winnow cannot start: {missing} is not set")
    assert list(tmp_path.iterdir()) == []


def test_the_settings_of_a_real_site_pass_djangos_deployment_check(tmp_path):
    result = start(tmp_path, "check", "--deploy", "--fail-level=WARNING", **REQUIRED)
    assert result.returncode == 0, result.stderr
