"""The images on which people differ, as the page on agreement lists them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from labeling.selectors.agreement import Disputed, Disputes
from labeling.templatetags.winnow_numbers import percent


@dataclass(frozen=True)
class ImageRow:
    """An image: `link` and `thumb` are addresses, empty for who may not look there; `votes` in words."""

    id: int
    link: str
    thumb: str
    width: int
    height: int
    differing: str
    votes: str
    decision: str


def rows(found: Disputes, names: Mapping[str, str], *, hidden: Collection[str], linked: bool) -> list[ImageRow]:
    """Return the rows. `hidden`: keys of restricted categories; an image that anybody called so is not shown small."""
    return [_row(each, names, hidden, linked) for each in found.images]


def _row(each: Disputed, names: Mapping[str, str], hidden: Collection[str], linked: bool) -> ImageRow:
    image = each.image
    is_hidden = any(key in hidden for key in (each.decision, *dict(each.votes)))
    has_thumb = linked and bool(image.thumb_key) and not is_hidden
    return ImageRow(
        id=image.pk,
        link=reverse("admin:labeling_image_change", args=[image.pk]) if linked else "",
        thumb=reverse("admin:labeling_image_picture", args=[image.pk, "thumb"]) if has_thumb else "",
        width=image.width,
        height=image.height,
        differing=percent(each.differing),
        votes=votes(each, names),
        decision=names.get(each.decision, ""),
    )


def votes(each: Disputed, names: Mapping[str, str]) -> str:
    """Return how many said what, without who."""
    return ", ".join(f"{names.get(key) or _('no category')}: {count}" for key, count in each.votes)
