"""The tables of the page on agreement as CSV: shares from 0 to 1, empty where there is not enough data."""

from collections.abc import Callable, Mapping

from labeling.admin.agreement_asked import Asked
from labeling.admin.agreement_tables import pair_rows
from labeling.agreement.estimates import Estimate
from labeling.agreement.pairs import OVERALL
from labeling.figure_files import PERSON_HEAD, Rows, numbers, person_row
from labeling.models import AgreementStat
from labeling.selectors.agreement import disputes, everybody, history
from labeling.selectors.answers import Answers
from labeling.selectors.gold import gold_share
from labeling.selectors.person_figures import person_figures

Names = Mapping[int, str]


def _numbers(chosen: Asked, answers: Answers, _names: Names) -> Rows:
    yield ["statistic", "value", "low", "high", "images", "pairs", "pairs_missing"]
    for name, found in everybody(answers.between(chosen.images)).overall.items():
        yield [name, *_counted(found)]


def _categories(chosen: Asked, answers: Answers, _names: Names) -> Rows:
    yield ["category", "value", "low", "high", "images", "pairs", "pairs_missing"]
    for key, found in everybody(answers.between(chosen.images)).specific.items():
        yield [key, *_counted(found)]


def _counted(found: Estimate) -> list[object]:
    return [*numbers(found), found.items, found.pairs, found.missing]


def _history(chosen: Asked, _answers: Answers, _names: Names) -> Rows:
    yield ["computed_at", "guideline_version", "statistic", "value", "low", "high", "images"]
    for statistic in OVERALL:
        for each in history(chosen.policy, statistic, images=chosen.images, simulated=chosen.simulated):
            row = [f"{number:.6g}" for number in (each.value, each.low, each.high)]
            yield [each.at.isoformat(), each.version, statistic, *row, each.n]


def _pairs(_chosen: Asked, answers: Answers, names: Names) -> Rows:
    yield ["one", "other", "images", "raw", "raw_low", "raw_high", "kappa", "kappa_low", "kappa_high"]
    yield from pair_rows(answers.between(AgreementStat.Images.ALL), names)


def _images(chosen: Asked, answers: Answers, _names: Names) -> Rows:
    yield ["image", "differing", *answers.scale, "no_category", "decision"]
    for each in disputes(answers, chosen.policy).images:
        votes = dict(each.votes)
        counts = [votes.get(key, 0) for key in (*answers.scale, "")]
        yield [each.image.pk, f"{each.differing:.6g}", *counts, each.decision]


def _people(chosen: Asked, answers: Answers, names: Names) -> Rows:
    yield ["person", *PERSON_HEAD]
    there = {each.person for each in answers.opinions}
    for person in names:
        if person in there:
            found = person_figures(answers, person)
            yield [names[person], *person_row(found, gold_share(person, chosen.policy))]


FILES: dict[str, Callable[[Asked, Answers, Names], Rows]] = {
    "numbers": _numbers,
    "history": _history,
    "categories": _categories,
    "pairs": _pairs,
    "images": _images,
    "people": _people,
}
"""What can be downloaded, by the name in its address."""
