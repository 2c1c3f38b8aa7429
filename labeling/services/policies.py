"""Guidelines are published, never edited: every label says which text it was given under."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from labeling import clock, tasks
from labeling.models import Category, Exemplar, ExemplarProposal, Guideline, Person, Policy, PolicyVersion
from labeling.wake import wake

NOTE_LENGTH = 200  # of an exemplar's note


class PublishError(Exception):
    """The version cannot be published; the message is for the person."""


class OutdatedError(PublishError):
    """Somebody has published since the text was read."""


@dataclass(frozen=True)
class CategoryText:
    """What the version says of a category, and whether that changes what the category means."""

    text: str
    changed: bool = False


@transaction.atomic
def publish_version(
    *,
    policy: Policy,
    author: Person | None,
    kind: str,
    texts: Mapping[Category, CategoryText],
    introduction: str = "",
    based_on: int = 0,
    proposals: Collection[ExemplarProposal] = (),
    without: Collection[int] = (),
) -> PolicyVersion:
    """Publish the next guideline of `policy`: one text per category, on top of version `based_on` (0: the first).

    The policy's row is locked, so that numbers have neither gaps nor doubles. Exemplars stay with their categories, but
    for those of the images `without`; open `proposals` of adjudicators become exemplars.
    Raises OutdatedError if `based_on` is not the latest version, PublishError if the texts do not fit the policy or
    the kind.
    """
    Policy.objects.select_for_update(no_key=True).get(pk=policy.pk)
    latest = PolicyVersion.objects.filter(policy=policy).first()
    number = latest.number if latest else 0
    if based_on != number:
        raise OutdatedError(
            _("Version %(number)d was published in the meantime. Start again from its text.") % {"number": number}
        )
    _require_whole(policy, texts)
    _require_fitting(kind, texts)
    version = PolicyVersion.objects.create(
        policy=policy,
        number=number + 1,
        kind=kind,
        introduction=introduction,
        published_at=clock.now(),
        published_by=author,
    )
    wake(tasks.measure_key_words)
    for category, said in texts.items():
        guideline = Guideline.objects.create(version=version, category=category, text=said.text, changed=said.changed)
        _keep_exemplars(guideline, latest, without)
        _take_proposals(guideline, proposals)
    wake(tasks.propose_rechecks, version.pk)
    return version


def _require_whole(policy: Policy, texts: Mapping[Category, CategoryText]) -> None:
    if not texts:
        raise PublishError(_("The policy has no categories yet."))
    if set(texts) != set(policy.categories.all()):
        raise PublishError(_("A version needs a text for every category of the policy, and for no other."))
    if empty := [str(category) for category, said in texts.items() if not said.text.strip()]:
        raise PublishError(_("The text is missing: %(categories)s.") % {"categories": ", ".join(empty)})


def _require_fitting(kind: str, texts: Mapping[Category, CategoryText]) -> None:
    changed = any(said.changed for said in texts.values())
    if kind == PolicyVersion.Kind.SUBSTANTIVE and not changed:
        raise PublishError(_("A substantive version must say which categories have changed their meaning."))
    if kind == PolicyVersion.Kind.EDITORIAL and changed:
        raise PublishError(_("An editorial version changes the meaning of no category."))


def _keep_exemplars(guideline: Guideline, before: PolicyVersion | None, without: Collection[int]) -> None:
    kept = Exemplar.objects.filter(guideline__version=before, guideline__category=guideline.category)
    Exemplar.objects.bulk_create(
        Exemplar(guideline=guideline, image_id=exemplar.image_id, note=exemplar.note)
        for exemplar in kept.exclude(image__in=without)
    )


def _take_proposals(guideline: Guideline, proposals: Collection[ExemplarProposal]) -> None:
    for proposal in proposals:
        made = proposal.adjudication
        if made.category_id == guideline.category_id and not guideline.category.restricted:
            note = Truncator(made.reason).chars(NOTE_LENGTH)
            Exemplar.objects.get_or_create(guideline=guideline, image_id=made.image_id, defaults={"note": note})
