"""Who may do what. Every view's first line fetches through here, so that a permission is hard to forget.

Roles are Django groups. A person sees what their role needs and nothing else: what they may not see does not exist
for them (404), what their role may not do is refused (403).
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from labeling.models import Assignment, Image, Person, Policy, QueueEntry
from labeling.selectors.adjudication import blind_answer, copies_of
from labeling.selectors.exemplars import shown_exemplars
from labeling.selectors.helping import help_for
from labeling.selectors.judged import from_real_source, judged
from labeling.selectors.reach import within_reach

LABELER, ADJUDICATOR, ADMIN = "labeler", "adjudicator", "admin"
ROLES = (LABELER, ADJUDICATOR, ADMIN)
View = Callable[..., HttpResponseBase]

# Asked with every request, so written by hand: Django takes three times as long to write it.
_PERSON = """
SELECT p.*, ARRAY(
    SELECT g.name FROM labeling_person_groups m JOIN auth_group g ON g.id = m.group_id WHERE m.person_id = p.id
) AS role_names
FROM labeling_person p
WHERE p.id = %s AND p.is_active
"""


class NotOfferedError(Http404):
    """This help is not offered with this image; the message is for the person."""


class PersonRequest(HttpRequest):
    """What a view gets behind `role_required`: somebody is logged in."""

    user: Person
    htmx: HtmxDetails


class RoleBackend(ModelBackend):
    """Django's own backend, with a person's roles fetched in the query that fetches the person."""

    def get_user(self, user_id: int) -> Person | None:
        """Return the active person with `role_names`, in one query."""
        return next(iter(Person.objects.raw(_PERSON, [user_id])), None)

    def user_can_authenticate(self, user: Person | AnonymousUser | None) -> bool:
        """Simulated people never log in: only their makers speak for them."""
        return super().user_can_authenticate(user) and not getattr(user, "simulated", False)


def roles(person: Any) -> frozenset[str]:
    """Return the person's roles; a superuser has all, a stranger none."""
    if not person.is_authenticated or not person.is_active:
        return frozenset()
    if person.is_superuser:
        return frozenset(ROLES)
    names = getattr(person, "role_names", None)
    return frozenset(person.groups.values_list("name", flat=True) if names is None else names) & set(ROLES)


def role_required(*allowed: str) -> Callable[[View], View]:
    """Let a view run only for people with one of these roles.

    A logged-out page goes to the login; a logged-out request of a script gets 401, which it can tell from anything
    else and answer by keeping what it could not save. So does a script that names in X-Person for whom its page was
    made, when somebody else has logged in in the same browser since. Help that is not offered gets 404 and a sentence.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                if request.htmx:  # type: ignore[attr-defined]
                    return HttpResponse(_("Please log in again."), status=401)
                return redirect_to_login(request.get_full_path())
            if request.headers.get("X-Person", str(request.user.pk)) != str(request.user.pk):
                return HttpResponse(status=401, headers={"X-Person": "other"})
            if not roles(request.user) & set(allowed):
                raise PermissionDenied
            try:
                return view(request, *args, **kwargs)
            except NotOfferedError as refused:
                return HttpResponse(str(refused), status=404, content_type="text/plain; charset=utf-8")

        return checked

    return decorate


def policy_for(slug: str) -> Policy:
    """Return the active policy; labelers may work on every one."""
    return get_object_or_404(Policy, slug=slug, active=True)


def shown_assignment(request: PersonRequest, assignment_id: uuid.UUID) -> Assignment:
    """Return an assignment of this person, while they hold it or can take its label back. Else 404."""
    assignments = Assignment.objects.select_related("entry__image", "entry__policy")
    assignment = get_object_or_404(assignments, pk=assignment_id, labeler=request.user)
    if assignment.ended_at is not None:
        reach = within_reach(person=assignment.labeler, policy_id=assignment.entry.policy_id)
        get_object_or_404(reach, assignment=assignment)
    return assignment


def offered_assignment(request: PersonRequest, assignment_id: uuid.UUID, aid: str) -> Assignment:
    """Return such an assignment where this aid is offered; else raise `NotOfferedError`, which becomes a 404.

    Adjudicators get every aid, once they have answered themselves.
    """
    assignment = shown_assignment(request, assignment_id)
    if assignment.entry.purpose == QueueEntry.Purpose.ADJUDICATION:
        if blind_answer(assignment):
            return assignment
        raise NotOfferedError(_("Your own answer first."))
    found = help_for(assignment)
    if aid in found.offered:
        return assignment
    if found.mode == Policy.HelpMode.BLIND:
        raise NotOfferedError(_("This queue is judged without help."))
    raise NotOfferedError(_("No help with this image: one in ten comes without, to learn whether help helps."))


def shown_image(request: PersonRequest, assignment_id: uuid.UUID) -> Image:
    """Return the image of such an assignment."""
    return shown_assignment(request, assignment_id).entry.image


def neighbour_token(assignment: Assignment, image_id: int) -> str:
    """Return the address of a judged image beside the one that the assignment shows; beside no other does it hold."""
    return signing.dumps(image_id, salt=_beside(assignment))


def neighbour_image(request: PersonRequest, assignment_id: uuid.UUID, token: str) -> Image:
    """Return the judged image that was offered to this person beside this image, while that still holds. Else 404."""
    assignment = offered_assignment(request, assignment_id, "similar")
    shown = assignment.entry.image
    try:
        image_id = signing.loads(token, salt=_beside(assignment))
    except signing.BadSignature:
        raise Http404 from None
    offered = judged(policy=assignment.entry.policy, real_only=from_real_source(shown))
    decision = get_object_or_404(offered.exclude(image__group=shown.group_id).select_related("image"), image=image_id)
    return decision.image


def exemplar_image(policy: Policy, exemplar_id: int) -> Image:
    """Return the image of an exemplar that the policy's guideline shows now. Else 404."""
    shown = shown_exemplars(policy.versions.first())
    return get_object_or_404(shown, pk=exemplar_id).image


def case_for(request: PersonRequest, assignment_id: uuid.UUID) -> Assignment:
    """Return a case that this person holds, or held: what they answered to it is never lost. Else 404."""
    cases = Assignment.objects.select_related("entry__image", "entry__policy")
    return get_object_or_404(
        cases, pk=assignment_id, labeler=request.user, entry__purpose=QueueEntry.Purpose.ADJUDICATION
    )


def precedent_token(case: Assignment, image_id: int) -> str:
    """Return the address of a settled image beside the one of the case; beside no other does it hold."""
    return signing.dumps(image_id, salt=_before(case))


def precedent_image(request: PersonRequest, assignment_id: uuid.UUID, token: str) -> Image:
    """Return the settled image or the copy that was offered beside this open case, once it is judged. Else 404."""
    case = case_for(request, assignment_id)
    if case.ended_at or not blind_answer(case):
        raise Http404
    try:
        image_id = signing.loads(token, salt=_before(case))
    except signing.BadSignature:
        raise Http404 from None
    if any(copy.image_id == image_id for copy in copies_of(case)):
        return get_object_or_404(Image, pk=image_id)
    settled = judged(policy=case.entry.policy, real_only=from_real_source(case.entry.image))
    return get_object_or_404(settled.select_related("image"), image=image_id, adjudication__isnull=False).image


def _before(case: Assignment) -> str:
    return f"precedent of case {case.pk}"


def _beside(assignment: Assignment) -> str:
    return f"neighbour of assignment {assignment.pk}"
