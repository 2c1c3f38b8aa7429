"""Seconds for all statistics on agreement with 1,000 bootstraps each, on the 92,721 labels of web_pages.

    make bench NAME=agreement ARGS="--data FOLDER"

FOLDER holds `web_pages.labels.csv` and `web_pages.truth.csv`; it is ../shared/data/labels unless told otherwise. Timed
from reading the files to the last number: in four grades and collapsed to two, alpha nominal and ordinal, raw and
specific agreement, Fleiss, AC1, Cohen's kappa of every two people who share enough pages, everybody with themself,
noise and drift, majority and Dawid-Skene.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

from labeling.agreement import drift, pairs, repeats
from labeling.agreement.alpha import ORDINAL
from labeling.agreement.bootstrap import RESAMPLES, estimate
from labeling.agreement.files import read_labels, read_truth
from labeling.agreement.ratings import Ratings
from labeling.agreement.report import prepare, report

GRADES = ("G", "P", "R", "X")
HARMFUL = ("R", "X")
DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "labels"


def files() -> tuple[Path, Path]:
    """Return the labels and the truth; SystemExit where they are not."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of web_pages.labels.csv and .truth.csv")
    folder = parser.parse_args().data
    found = folder / "web_pages.labels.csv", folder / "web_pages.truth.csv"
    for path in found:
        if not path.is_file():
            raise SystemExit(f"There is no {path}. Name the folder that holds it: --data FOLDER")
    return found


def everything(labels: Path, truth: Path) -> dict[str, Any]:
    """Return the numbers, in four grades and in two."""
    rows, known = read_labels(labels), read_truth(truth)
    found: dict[str, Any] = {}
    for name, positive in (("four", ()), ("two", HARMFUL)):
        ratings, answers = prepare(rows, known, positive=positive, scale=GRADES)
        numbers = report(ratings, answers)
        found[name] = numbers.as_json()
        if name == "four":
            found[name]["ordinal_alpha"] = estimate(ratings.counts(), {"alpha": ORDINAL})["alpha"].value
        found[name]["kappas"] = two_by_two(ratings)
        # Timed with the rest; which way a person drifts cannot be seen in a file that is not in order of time.
        found[name]["changed"] = drift.of_table(repeats.table(ratings)).differs.value
    return found


def two_by_two(ratings: Ratings) -> int:
    """Compute Cohen's kappa of every two people; return how many share enough items for a number."""
    return sum(each.raw is not None for each in pairs.pairs(ratings))


def main() -> None:
    """Measure and print one JSON object."""
    paths = files()
    wall, cpu = time.perf_counter(), time.process_time()
    numbers = everything(*paths)
    seconds = {"seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - cpu}
    sizes = {"labels": numbers["four"]["labels"], "resamples": RESAMPLES}
    print(json.dumps({name: round(value, 2) for name, value in seconds.items()} | sizes | numbers))


if __name__ == "__main__":
    main()
