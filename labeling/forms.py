"""What the labeling screen sends, read by hand: a Django form would take a tenth of a label's time."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from labeling.help import OPENABLE, SIGNS, Used
from labeling.services.labels import Answer, InvalidAnswer

# A lost connection may keep an answer for long; nobody looks at one image for longer than a day either.
LONGEST = timedelta(days=30)


@dataclass(frozen=True)
class Submission:
    """An answer to an assignment, and the page that wants a further image for it, if one does."""

    assignment_id: uuid.UUID
    page: uuid.UUID | None
    answer: Answer


def read_submission(post: QueryDict) -> Submission:
    """Return what was sent. Raises Http404 for ids that are none, `InvalidAnswer` for the rest.

    `answer` is `category:KEY`, `unsure` or `cannot_judge:REASON`, one field, so that a plain button can send it.
    """
    verdict, _colon, detail = post.get("answer", "").partition(":")
    return Submission(
        read_id(post.get("assignment", "")),
        read_page(post),
        Answer(
            verdict,
            category=detail if verdict == "category" else "",
            reason=detail if verdict == "cannot_judge" else "",
            looked=read_duration(post.get("looked_ms", "")),
            ago=read_duration(post.get("ago_ms", "")),
            used=_read_used(post),
        ),
    )


def _read_used(post: QueryDict) -> Used:
    """Return what was opened and seen. Fields that nobody knows are ignored, for a newer page may send more."""
    opened = {each: post.get(f"opened_{each}_ms", "") for each in OPENABLE}
    plain, sign = post.get("plain_ms", ""), post.get("sign", "")
    return Used(
        opened={each: read_duration(text) for each, text in opened.items() if text},
        plain=read_duration(plain) if plain else None,
        harm=read_duration(post.get("harm_ms", "")),
        away=read_duration(post.get("away_ms", "")),
        sign=sign if sign in SIGNS else "",
    )


def read_page(sent: QueryDict) -> uuid.UUID | None:
    """Return the page that wants images. None: what an earlier page could not send is sent now, and shows none."""
    page = sent.get("page")
    return read_id(page) if page else None


def read_id(text: str) -> uuid.UUID:
    """Return the id; Http404 if the text is none, for then nothing has it."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None


def read_duration(text: str) -> timedelta:
    """Return so many milliseconds, none for an empty text; `InvalidAnswer` if it is no number."""
    try:
        return min(timedelta(milliseconds=max(0, int(text or 0))), LONGEST)
    except (ValueError, OverflowError):
        raise InvalidAnswer(_("A duration must be a whole number of milliseconds.")) from None
