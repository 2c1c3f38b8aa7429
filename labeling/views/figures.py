"""My figures: what admins see of a person, for the person alone, without anybody else's name or votes."""

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from labeling import clock, figure_words
from labeling.access import ADJUDICATOR, ADMIN, LABELER, PersonRequest, role_required
from labeling.figure_files import TABLES, csv_file, table_of
from labeling.intervals import Share
from labeling.models import Label, Policy
from labeling.selectors.answers import Answers, Which, read_answers
from labeling.selectors.gold import gold_share
from labeling.selectors.person_figures import PersonFigures, person_figures


@role_required(LABELER, ADJUDICATOR, ADMIN)
@require_safe
def my_figures(request: PersonRequest) -> HttpResponse:
    """Show the person's own figures under the policy that is asked for, or the first that they label under.

    As of the last midnight: figures that moved with each answer would tell what others had said of that very image,
    and which images are repeats.
    """
    policies = _labeled_under(request)
    policy = _chosen(request.GET.get("policy"), policies)
    if policy is None:
        return render(request, "my_figures.html", {"policies": policies})
    answers, found, gold = _own(request, policy)
    context = {"policies": policies, "policy": policy, **figure_words.shown(found, answers, gold)}
    return render(request, "my_figures.html", context)


@role_required(LABELER, ADJUDICATOR, ADMIN)
@require_safe
def table(request: PersonRequest, slug: str, name: str) -> HttpResponse:
    """Send one of the page's tables as a file."""
    policy = _chosen(slug, _labeled_under(request))
    if policy is None or name not in TABLES:
        raise Http404
    _answers, found, gold = _own(request, policy)
    return csv_file(f"my-{name}-{policy.slug}", table_of(name, request.user.get_username(), found, gold))


def _own(request: PersonRequest, policy: Policy) -> tuple[Answers, PersonFigures, Share]:
    answers = read_answers(policy, Which(simulated=request.user.simulated, until=clock.midnight()))
    return answers, person_figures(answers, request.user.pk), gold_share(request.user.pk, policy)


def _labeled_under(request: PersonRequest) -> list[Policy]:
    return list(Policy.objects.filter(_labeled_by(request)).order_by("-active", "name"))


def _labeled_by(request: PersonRequest) -> Exists:
    return Exists(Label.objects.filter(policy=OuterRef("pk"), labeler=request.user))


def _chosen(slug: str | None, policies: list[Policy]) -> Policy | None:
    """Return the policy of the address; the first where it names none, 404 for one that the person never judged."""
    if not slug:
        return policies[0] if policies else None
    for policy in policies:
        if policy.slug == slug:
            return policy
    raise Http404
