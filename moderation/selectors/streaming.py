"""What became of a simulated stream, against the truth that only a simulation knows."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from labeling.intervals import Share, share
from labeling.models import Image, Label, PeopleDecision, Policy
from moderation.models import MachineDecision


@dataclass(frozen=True)
class AgainstTruth:
    """`wrong`: of the images that were decided without a look at them, those decided against the truth.

    `looked_at`: of the edited copies, those that people looked at all the same.
    """

    wrong: Share
    looked_at: Share


def against_truth(policy: Policy, *, truths: Mapping[int, str], edited: Set[int]) -> AgainstTruth:
    """Compare every image's decision with the truth. `truths`: category keys by image; `edited`: the edited copies."""
    labels = Label.objects.filter(policy=policy, withdrawal=None, image__in=truths)
    looked_at = set(labels.values_list("image", flat=True))
    decided = _decided(policy, set(truths) - looked_at)
    wrong = [image for image, category in decided.items() if category != truths[image]]
    return AgainstTruth(share(len(wrong), len(decided)), share(len(looked_at & edited), len(edited)))


def _decided(policy: Policy, images: set[int]) -> dict[int, str]:
    """Return the category of each that is decided: by its group, or as its own arrival."""
    groups = dict(Image.objects.filter(pk__in=images).values_list("pk", "group"))
    decisions = PeopleDecision.objects.filter(policy=policy, withdrawal=None, image__group__in=groups.values())
    of_group = dict(decisions.values_list("image__group", "category__key"))
    by_group = {image: of_group[group] for image, group in groups.items() if group in of_group}
    machine = MachineDecision.objects.filter(policy=policy, withdrawal=None, arrival__image__in=images)
    return by_group | dict(machine.values_list("arrival__image", "category__key"))
