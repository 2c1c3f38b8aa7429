"""What a new version of the guideline changed: read once, before the next image."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from labeling import clock
from labeling.access import LABELER, PersonRequest, policy_for, role_required
from labeling.models import GuidelineReading
from labeling.selectors.changes import changes, unread_version


@role_required(LABELER)
@require_http_methods(["GET", "HEAD", "POST"])
def guideline_changes(request: PersonRequest, slug: str) -> HttpResponse:
    """Show what has changed since the person labeled, or note that they have read it."""
    policy = policy_for(slug)
    version = unread_version(request.user, policy)
    if version is None:
        return redirect("label", policy.slug)
    if request.method == "POST":
        # What was read is the version that the page showed; a still newer one is shown next.
        if request.POST.get("version") == str(version.number):
            GuidelineReading.objects.get_or_create(
                version=version, person=request.user, defaults={"read_at": clock.now()}
            )
        return redirect("label", policy.slug)
    context = {"policy": policy, "version": version, "changes": changes(request.user, version)}
    return render(request, "guideline_changes.html", context)
