"""The adjudicator's screen: judge blind, then see what others said, then settle it with a cause and a reason."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from labeling.access import (
    ADJUDICATOR,
    PersonRequest,
    case_for,
    policy_for,
    precedent_image,
    precedent_token,
    role_required,
)
from labeling.forms import read_duration, read_id, read_submission
from labeling.models import Adjudication, Assignment, CopyMatch, Label, Policy
from labeling.selectors import adjudication as cases
from labeling.selectors.screen import guideline_of
from labeling.services import adjudication
from labeling.services.adjudication import AdjudicationError
from labeling.services.gold import CannotBeGold, make_gold
from labeling.services.labels import LabelError
from labeling.views.pictures import send

CAUSE_KEYS = {
    Adjudication.Cause.AMBIGUOUS: "a",
    Adjudication.Cause.GAP: "g",
    Adjudication.Cause.SLIP: "s",
    Adjudication.Cause.EDGE: "e",
}


@role_required(ADJUDICATOR)
@require_safe
def adjudicate(request: PersonRequest, slug: str) -> HttpResponse:
    """Show the person's case: the image alone, and once they have answered everything else. Or that none waits."""
    policy = policy_for(slug)
    case = adjudication.open_case(person=request.user, policy=policy, page=uuid.uuid4())
    context: dict[str, Any] = {
        "policy": policy,
        "categories": policy.categories.all(),
        "case": case,
        "waiting": cases.waiting_cases(person=request.user, policy=policy).count(),
        "reasons": Label.Reason.choices,
    }
    blind = cases.blind_answer(case) if case else None
    if case and blind:
        context |= _found(case, blind, policy)
    return render(request, "adjudicate.html", context)


def _found(case: Assignment, blind: Label, policy: Policy) -> dict[str, Any]:
    return {
        "blind": blind,
        "votes": cases.votes(case),
        "copies": [(precedent_token(case, each.image_id), each) for each in cases.copies_of(case)],
        "asked_by": cases.request_behind(case),
        "precedents": [(precedent_token(case, each.image_id), each) for each in cases.precedents(case)],
        "version": guideline_of(policy),
        "causes": [(value, name, CAUSE_KEYS[Adjudication.Cause(value)]) for value, name in Adjudication.Cause.choices],
    }


@role_required(ADJUDICATOR)
@require_POST
def judge(request: PersonRequest, slug: str) -> HttpResponse:
    """Store the blind answer."""
    policy = policy_for(slug)
    try:
        sent = read_submission(request.POST)
        case_for(request, sent.assignment_id)
        adjudication.judge_blind(person=request.user, assignment_id=sent.assignment_id, answer=sent.answer)
    except LabelError as error:
        messages.error(request, str(error))
    return redirect("adjudicate", policy.slug)


@role_required(ADJUDICATOR)
@require_POST
def settle(request: PersonRequest, slug: str) -> HttpResponse:
    """Settle the case; what is refused is shown again with what was typed."""
    policy = policy_for(slug)
    sent = request.POST
    try:
        made = adjudication.settle_case(
            person=request.user,
            assignment_id=read_id(sent.get("assignment", "")),
            category=sent.get("category", ""),
            cause=sent.get("cause", ""),
            reason=sent.get("reason", ""),
            plain=read_duration(sent.get("plain_ms", "")),
        )
    except Assignment.DoesNotExist:
        raise Http404 from None
    except (AdjudicationError, LabelError) as error:
        messages.error(request, str(error))
    else:
        said = {"category": made.category.name, "cause": made.get_cause_display()}
        messages.success(request, _("Settled: %(category)s (%(cause)s).") % said)
        _use(request, made)
    return redirect("adjudicate", policy.slug)


def _use(request: PersonRequest, made: Adjudication) -> None:
    """Do with the settled image what was ticked; what cannot be done is said, and leaves it settled."""
    wanted = {"exemplar": adjudication.propose_exemplar, "gold": make_gold}
    for name, use in wanted.items():
        if request.POST.get(name):
            try:
                use(adjudication=made, person=request.user)
            except (AdjudicationError, CannotBeGold) as error:
                messages.error(request, str(error))


@role_required(ADJUDICATOR)
@require_POST
def part(request: PersonRequest, slug: str) -> HttpResponse:
    """Say that the image of the case and a copy of it are not the same picture."""
    policy = policy_for(slug)
    case = case_for(request, read_id(request.POST.get("assignment", "")))
    try:
        adjudication.part_copies(case=case, match_id=int(request.POST.get("match", "")), person=request.user)
    except (ValueError, CopyMatch.DoesNotExist):
        raise Http404 from None
    except AdjudicationError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("They are two pictures from now on."))
    return redirect("adjudicate", policy.slug)


@role_required(ADJUDICATOR)
@require_POST
def undo(request: PersonRequest, slug: str) -> HttpResponse:
    """Take back the latest adjudication, and open its case again."""
    policy = policy_for(slug)
    try:
        adjudication.undo(person=request.user, policy=policy)
    except AdjudicationError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Taken back: the case waits again."))
    return redirect("adjudicate", policy.slug)


@role_required(ADJUDICATOR)
@require_POST
def leave(request: PersonRequest, slug: str) -> HttpResponse:
    """Give the case back, and go to the first page."""
    policy_for(slug)
    case = case_for(request, read_id(request.POST.get("assignment", "")))
    adjudication.leave_case(person=request.user, assignment_id=case.pk)
    return redirect("home")


@role_required(ADJUDICATOR)
@require_safe
def precedent(request: PersonRequest, assignment_id: uuid.UUID, token: str) -> HttpResponse | FileResponse:
    """Send the thumbnail of a settled image beside the case."""
    return send(precedent_image(request, assignment_id, token).thumb_key, request.user)
