"""The command on two published sets of labels: numbers that other programs found, under the same definitions."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "labels"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"The sets of labels to measure on are not in {DATA}")


def found(name: str, *options: str) -> dict:
    out = StringIO()
    files = ["--labels", str(DATA / f"{name}.labels.csv"), "--truth", str(DATA / f"{name}.truth.csv")]
    call_command("agreement", *files, *options, "--json", stdout=out)
    return json.loads(out.getvalue())


def about(**known: float) -> dict:
    return {name: pytest.approx(value, abs=0.005) for name, value in known.items()}


def test_bluebirds():
    numbers = found("bluebirds")
    known = about(raw=0.5882, alpha=0.1255, ac1=0.2218, majority_accuracy=0.759)
    assert {name: numbers[name] for name in known} == known
    assert (numbers["items"], numbers["labelers"], numbers["labels"]) == (108, 39, 4212)
    assert numbers["dawid_skene_accuracy"] >= 0.889


def test_web_pages_in_four_grades():
    numbers = found("web_pages")
    known = about(raw=0.7461, alpha=0.3164, ac1=0.7116, majority_accuracy=0.758, dawid_skene_accuracy=0.739)
    assert {name: numbers[name] for name in known} == known
    assert (numbers["items"], numbers["labelers"], numbers["labels"]) == (11_040, 825, 92_721)
    assert (numbers["positive"], numbers["negative"]) == (None, None)


def test_web_pages_in_two():
    numbers = found("web_pages", "--positive", "R,X")
    known = about(raw=0.8924, alpha=0.4725, ac1=0.8664, majority_accuracy=0.901)
    assert {name: numbers[name] for name in known} == known
    assert numbers["self"] == {"pairs": 2918, **about(raw=0.989, kappa=0.387)}
    low, high = numbers["alpha_interval"]
    assert low < numbers["alpha"] < high
