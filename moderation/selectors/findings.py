"""What new bank entries were found to match, and what of that is worth proposing."""

from collections.abc import Collection

from labeling.models import Arrival, CopyMatch, Image, PeopleDecision
from moderation.models import BankEntry, MachineDecision


def known_pairs(image: Image) -> set[int]:
    """Return the images of which it is known whether they are the same picture: joined, matched, or parted."""
    later = CopyMatch.objects.filter(other=image).values_list("image", flat=True)
    earlier = CopyMatch.objects.filter(image=image).values_list("other", flat=True)
    group = Image.objects.filter(group=image.group_id).values_list("pk", flat=True)
    return {*later, *earlier, *group}


def not_worth_proposing(entry: BankEntry, image_ids: Collection[int]) -> set[int]:
    """Return those of the images that no source asked the entry's question about, or not the entry's own source.

    And those that are decided as the entry would decide them, by people or by a machine.
    """
    asked = Arrival.objects.filter(image__in=image_ids, source__policies=entry.policy_id)
    if entry.source_id:
        asked = asked.filter(source=entry.source_id)
    return (set(image_ids) - set(asked.values_list("image", flat=True))) | _decided_alike(entry, image_ids)


def _decided_alike(entry: BankEntry, image_ids: Collection[int]) -> set[int]:
    images = Image.objects.filter(pk__in=image_ids)
    groups = images.values("group")
    people = PeopleDecision.objects.filter(
        image__group__in=groups, policy=entry.policy_id, category=entry.says, withdrawal=None
    )
    machine = MachineDecision.objects.filter(
        arrival__image__in=images, policy=entry.policy_id, category=entry.says, withdrawal=None
    )
    alike = images.filter(group__in=people.values("image__group")).values_list("pk", flat=True)
    return {*alike, *machine.values_list("arrival__image", flat=True)}
