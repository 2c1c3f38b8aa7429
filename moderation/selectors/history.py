"""The history of a picture, as far as machines wrote it: labeling, which tells the rest, knows nothing of that."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from labeling.models import Image
from labeling.selectors.events import LATEST, Event, under, version_at, with_withdrawal
from moderation.models import BankEntry, MachineDecision, SpotCheck


def machine_history(image: Image) -> Iterator[Event]:
    """Yield what machines decided on the image and its copies, and what people let them decide by it."""
    yield from _decisions(image.group_id)
    yield from _bank(image.group_id)
    yield from _spot_checks(image.group_id)


def _decisions(group: int) -> Iterator[Event]:
    found = MachineDecision.objects.filter(arrival__image__group=group).annotate(number=version_at("decided_at"))
    found = found.select_related("arrival", "policy", "category", "bank_entry", "withdrawal__withdrawn_by")
    found = found.select_related("certificate__model_version", "certificate__source", "certificate__category")
    for each in found.order_by("-id")[:LATEST]:
        version, who = under(each.policy, each.number), str(each.bank_entry or each.certificate or "")
        said = f"{each.category}: {each.arrival.external_id}"
        line = Event(each.decided_at, _("decided by a machine"), each.arrival.image_id, version, who, said)
        yield from with_withdrawal(each, line, _("machine's decision withdrawn"), said)


def _bank(group: int) -> Iterator[Event]:
    found = BankEntry.objects.filter(image__group=group).order_by("-id")
    about = ("decision__policy_version__policy", "decision__category", "source", "added_by", "disabled_by")
    for each in found.select_related(*about)[:LATEST]:
        if each.image_id is None or each.decision is None:  # a listed hash, which no picture here has
            continue
        version, where = str(each.decision.policy_version), str(each.source or _("every source"))
        detail = f"{each.get_kind_display()}, {each.says}: {where}"
        who = str(each.added_by or "")
        yield Event(each.added_at, _("added to the bank"), each.image_id, version, who, detail)
        if each.disabled_at:
            who, detail = str(each.disabled_by or ""), each.disabled_why
            yield Event(each.disabled_at, _("disabled in the bank"), each.image_id, version, who, detail)


def _spot_checks(group: int) -> Iterator[Event]:
    found = SpotCheck.objects.filter(request__image__group=group).select_related("request__policy").order_by("-id")
    for each in found[:LATEST]:
        asked = each.request
        detail = _("with a chance of %(share)s") % {"share": f"{each.share:.1%}"}
        yield Event(asked.requested_at, _("drawn for a spot check"), asked.image_id, str(asked.policy), detail=detail)
