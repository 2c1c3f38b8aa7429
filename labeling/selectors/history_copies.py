"""The history of a picture: which images were found to be copies of each other, and which turned out to be none."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from labeling.models import CopyMatch, Image
from labeling.selectors.events import LATEST, Event, with_withdrawal


def copies_found(image: Image) -> Iterator[Event]:
    """Yield the matches among the image's copies, and those of images that were parted from them since."""
    group = Q(image__group=image.group_id) | Q(other__group=image.group_id)
    found = CopyMatch.objects.filter(group).select_related("withdrawal__withdrawn_by").order_by("-id")
    for match in found[:LATEST]:
        said = _("of image %(other)d") % {"other": match.other_id}
        line = Event(match.found_at, _("found to be a copy"), match.image_id, who=match.rule, detail=said)
        yield from with_withdrawal(match, line, _("no copy after all"), said)
