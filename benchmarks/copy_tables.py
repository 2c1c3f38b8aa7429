"""What `benchmarks/copies.py` measured, as tables: recall for each edit, and arrivals that were wrongly decided."""

from typing import Any

import numpy as np
from scipy.stats import beta

from benchmarks import edits
from ml.vision import copies
from ml.vision.copies import Comparison

NEAREST = 10
SAME_PDQ = 31
QUALITY = 50
SHIPPED: dict[str, float] = {
    "inliers": copies.INLIERS,
    "score": copies.AGREEMENT,
    "structure": copies.STRUCTURE,
    "ncc": copies.LIKENESS,
    "cover": copies.OVERLAP,
    "textured": copies.TEXTURED,
}
# The rate of wrong arrivals at which the other rules get their thresholds.
ONE_IN = 10_000
LAID = np.dtype(
    [*(("inliers", "i4"), ("textured", "i4")), *((name, "f4") for name in ("score", "structure", "ncc", "cover"))]
)
OTHER = np.dtype([("cosine", "f4", 10), ("pdq", "i4", 10), ("laid", LAID, 10)])
# An arrival: its own photo's place and measures, those of the ten nearest other photos, and of the nearest other hash.
RECORD = np.dtype(
    [
        *(
            ("photo", "i4"),
            ("edit", "i4"),
            ("rank", "i4"),
            ("rank_without", "i4"),
            ("cosine", "f4"),
            ("nearest_cosine", "f4"),
            ("quality", "i4"),
            ("pdq", "i4"),
        ),
        *(("own", LAID), ("others", OTHER), ("nearest_pdq", "i4"), ("hit", LAID)),
    ]
)


def write(cell: np.ndarray, found: Comparison) -> None:
    """Write a comparison into a record."""
    cell["inliers"] = found.inliers
    for name in ("textured", "score", "structure", "ncc", "cover"):
        cell[name] = getattr(found.agreement, name)


def proved(laid: np.ndarray, **other: float) -> np.ndarray:
    """Tell which comparisons prove a copy, by the shipped thresholds or others in their place."""
    least = SHIPPED | other
    return np.all([laid[name] >= value for name, value in least.items()], axis=0)


def by_pdq(rows: np.ndarray, most: int = SAME_PDQ) -> tuple[np.ndarray, np.ndarray]:
    """Return which arrivals PDQ alone finds, and which it would give to another photo."""
    return (rows["pdq"] <= most) & (rows["quality"] >= QUALITY), rows["nearest_pdq"] <= most


def by_cosine(rows: np.ndarray, least: float) -> tuple[np.ndarray, np.ndarray]:
    """Return which arrivals the embedding alone finds, and which it would give to another photo."""
    return rows["cosine"] >= least, rows["nearest_cosine"] >= least


def by_inliers(rows: np.ndarray, least: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the same for the ten nearest, verified by the number of inliers alone."""
    wrong = (rows["others"]["laid"]["inliers"] >= least).any(1)
    return (rows["rank"] < NEAREST) & (rows["own"]["inliers"] >= least), wrong


def by_rule(rows: np.ndarray, **thresholds: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the same for the rule as shipped: near by PDQ, or among the ten nearest, and proved either way."""
    near = (rows["rank"] < NEAREST) | by_pdq(rows)[0]
    wrong = proved(rows["others"]["laid"], **thresholds).any(1)
    wrong |= by_pdq(rows)[1] & proved(rows["hit"], **thresholds)
    return near & proved(rows["own"], **thresholds), wrong


def by_rule_or_pdq(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the same where a near hash needs no proof."""
    (found, wrong), (same, other) = by_rule(rows), by_pdq(rows)
    return found | same, wrong | other


def by_whole(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the same for the rule that does not look for a picture within the picture."""
    near = (rows["rank_without"] < NEAREST) | by_pdq(rows)[0]
    return near & proved(rows["own"]), by_rule(rows)[1]


def upper_bound(errors: int, trials: int) -> float:
    """Return the one-sided 95 % bound of Clopper and Pearson, per 100,000."""
    return round(1e5 * float(beta.ppf(0.95, errors + 1, trials - errors)), 1) if errors < trials else 1e5


def figure(rows: np.ndarray, found: np.ndarray, wrong: np.ndarray) -> dict[str, Any]:
    """Return recall for each edit and over all, and the wrongly decided ones."""
    edited = rows["edit"] > 0
    recall = {name: float(found[rows["edit"] == n].mean()) for n, name in enumerate(edits.EDITS, start=1)}
    photos = np.unique(rows["photo"][wrong])
    return {
        "recall": round(float(found[edited].mean()), 4),
        "lowest": round(min(share for name, share in recall.items() if edits.is_single(name)), 4),
        "by_edit": {name: round(share, 4) for name, share in recall.items()},
        "wrong": int(wrong.sum()),
        "of_photos": len(photos),
        "per_100k": round(1e5 * float(wrong.mean()), 1),
        "upper_95": upper_bound(int(wrong.sum()), len(rows)),
    }


def strictest(values: np.ndarray) -> float:
    """Return the value that at most one in `ONE_IN` of the outsiders reaches."""
    return float(np.sort(values)[-1 - len(values) // ONE_IN]) + 1e-4


def figures(rows: np.ndarray, half: int) -> dict[str, Any]:
    """Choose on the first half, report on the second.

    The other rules get their thresholds on the very arrivals that are reported, to their advantage.
    """
    chosen, tested = rows[rows["photo"] < half], rows[rows["photo"] >= half]
    cosine = strictest(tested["nearest_cosine"])
    inliers = int(strictest(tested["others"]["laid"]["inliers"].max(1))) + 1
    pdq = int(np.sort(tested["nearest_pdq"])[len(tested) // ONE_IN]) - 1
    rules = {
        f"PDQ within {SAME_PDQ}": by_pdq(tested),
        f"PDQ within {pdq}": by_pdq(tested, pdq),
        f"cosine from {cosine:.4f}": by_cosine(tested, cosine),
        "ten nearest, not verified": (tested["rank"] < NEAREST, np.ones(len(tested), bool)),
        f"ten nearest with {inliers} inliers": by_inliers(tested, inliers),
        "as shipped": by_rule(tested),
        "as shipped, without the picture within": by_whole(tested),
        "as shipped, PDQ without proof": by_rule_or_pdq(tested),
    }
    return {
        "arrivals": {"to_choose": len(chosen), "reported": len(tested), "photos": len(np.unique(tested["photo"]))},
        "sweep": sweep(chosen),
        "rules": {name: figure(tested, *result) for name, result in rules.items()},
    }


def sweep(rows: np.ndarray) -> list[dict[str, Any]]:
    """Return recall and wrong ones on the half that thresholds are chosen on, for one threshold changed at a time."""
    table = []
    for name, values in {
        "score": (0, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9),
        "structure": (0, 0.4, 0.5, 0.6, 0.7, 0.8),
        "inliers": (10, 12, 16, 24, 45),
        "ncc": (-1, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95),
        "cover": (0, 0.1, 0.2, 0.25, 0.3),
        "textured": (0, 6, 12, 20, 30),
    }.items():
        for value in values:
            found, wrong = by_rule(rows, **{name: value})
            recall = round(float(found[rows["edit"] > 0].mean()), 4)
            table.append({"changed": name, "to": value, "recall": recall, "wrong": int(wrong.sum())})
    return table
