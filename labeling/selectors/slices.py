"""Whether a picture is in the random slice of a policy."""

from labeling.models import Image, Policy, SliceDraw


def in_slice(image: Image, policy: Policy) -> bool:
    """Return whether people see the image's picture whatever a machine says.

    As it was drawn; where it was not yet, because nobody was asked about it, as it would be drawn now.
    """
    drawn = SliceDraw.objects.filter(group=image.group_id, policy=policy).values_list("p", flat=True).first()
    return image.group.u < (policy.slice_share if drawn is None else drawn)
