"""Agreement in words: numbers with their intervals, or what is missing before there is a number."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labeling.agreement.estimates import MIN_PAIRS, Estimate
from labeling.intervals import Share
from labeling.selectors.person_figures import Median
from labeling.templatetags.winnow_numbers import percent


def coefficient_names() -> dict[str, tuple[str, str]]:
    """Return what each overall number is called, and what it means."""
    return {
        "raw": (
            _("Raw agreement"),
            _("Two people who judge the same image: how often both say the same."),
        ),
        "alpha": (
            _("Krippendorff's alpha"),
            _("Agreement beyond chance: 1 is perfect, 0 is what dice would reach. 0.80 is good, below 0.67 is poor."),
        ),
        "alpha_ordinal": (
            _("Krippendorff's alpha, by severity"),
            _("The same, but neighbouring categories are a small difference and far ones a large one."),
        ),
        "ac1": (
            _("Gwet's AC1"),
            _("Agreement beyond chance that stays steady where one category is rare."),
        ),
        "fleiss": (
            _("Fleiss' kappa"),
            _("Agreement beyond chance as many papers report it. It looks low where one category is rare."),
        ),
    }


def is_share(statistic: str) -> bool:
    """Return whether a statistic is printed as a percentage; the others lie between -1 and 1."""
    return statistic in {"raw", "specific"}


def value(found: float, statistic: str) -> str:
    """Return a number as it is printed."""
    return percent(found) if is_share(statistic) else f"{found:.2f}"


def estimate(found: Estimate, statistic: str) -> str:
    """Return a number with its interval and n; empty where it is not known."""
    if found.value is None:
        return ""
    n = _("n = %s") % f"{found.items:,}"
    if found.low is None or found.high is None:
        return f"{value(found.value, statistic)}, {n}"
    return _with_interval([found.value, found.low, found.high], statistic, n)


def moment(numbers: tuple[float, float, float], statistic: str, n: int) -> str:
    """Return a stored number with its interval and n."""
    return _with_interval(list(numbers), statistic, _("n = %s") % f"{n:,}")


def why_not(found: Estimate) -> str:
    """Say why there is no number; empty where there is one."""
    if found.value is not None:
        return ""
    return missing(found.missing) if found.missing else _("Only one category was used: there is nothing to tell apart.")


def missing(pairs: int) -> str:
    """Say how many pairs are missing before a number is printed."""
    words = ngettext(
        "Not enough data yet: %d more pair is needed.", "Not enough data yet: %d more pairs are needed.", pairs
    )
    return words % pairs


def share(found: Share, *, counted: str = "") -> str:
    """Return a share with its interval and n, or what was `counted`; empty where it rests on too little."""
    if found.n < MIN_PAIRS:
        return ""
    return _with_interval([found.value, found.low, found.high], "raw", counted or _("n = %s") % f"{found.n:,}")


def share_or_missing(found: Share) -> str:
    """Return a share, or how many answers are missing."""
    return share(found) or answers_missing(found.n)


def answers_missing(n: int) -> str:
    """Say how many answers are missing before a number is printed."""
    lacking = MIN_PAIRS - n
    words = ngettext(
        "Not enough data yet: %d more answer is needed.", "Not enough data yet: %d more answers are needed.", lacking
    )
    return words % lacking


def seconds(found: Median) -> str:
    """Return a median time with its interval."""
    low, middle, high = (f"{each:.1f}" for each in (found.low, found.value, found.high))
    words = _("%(value)s s (%(low)s to %(high)s), %(n)s")
    return words % {"value": middle, "low": low, "high": high, "n": _("n = %s") % f"{found.n:,}"}


def _with_interval(numbers: list[float], statistic: str, n: str) -> str:
    middle, low, high = (value(each, statistic) for each in numbers)
    return _("%(value)s (%(low)s to %(high)s), %(n)s") % {"value": middle, "low": low, "high": high, "n": n}
