"""The words that suggest a break. They say what was counted, and nothing of what it does to anybody."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labeling.selectors.exposure import HARM_BEFORE_REST, Stretch


def suggestion(stretch: Stretch) -> str:
    """Return one sentence for a stretch that wants a rest."""
    if stretch.harm >= HARM_BEFORE_REST:
        minutes = _minutes(stretch.harm)
        said = ngettext(
            "You have looked at harmful images for %(minutes)d minute since your last pause.",
            "You have looked at harmful images for %(minutes)d minutes since your last pause.",
            minutes,
        )
    else:
        minutes = _minutes(stretch.lasted)
        said = ngettext(
            "You have worked for %(minutes)d minute without a pause.",
            "You have worked for %(minutes)d minutes without a pause.",
            minutes,
        )
    return f"{said % {'minutes': minutes}} {_('A short break now?')}"


def duration(time: timedelta) -> str:
    """Return a duration as people say it: in seconds below two minutes, else in minutes."""
    seconds = round(time.total_seconds())
    if seconds < 120:
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    minutes = _minutes(time)
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def _minutes(time: timedelta) -> int:
    return int(time.total_seconds() // 60)
