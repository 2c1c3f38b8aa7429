"""What a model's page has besides its facts: the report, and the question before a change of state."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from labeling.access import ADMIN, PersonRequest, role_required
from labeling.models import Embedding
from labeling.plots import BarPlot, bar_plot
from labeling.selectors.backlog import scored
from labeling.selectors.model_changes import change_effects
from labeling.selectors.models import ENOUGH, ENOUGH_EACH, Entropy, ModelReport, model_report
from labeling.services import models as services
from ml.models import ModelVersion

MAY_CHANGE = "ml.change_modelversion"
HEAT = 9  # the deepest of the confusion table's shades in admin-winnow.css


@require_http_methods(["GET", "HEAD", "POST"])
def change_state(request: HttpRequest, pk: int, change: str) -> HttpResponse:
    """Say what activating or retiring a version would do, and do it once that is confirmed."""
    if not request.user.has_perm(MAY_CHANGE):
        raise PermissionDenied
    version = get_object_or_404(ModelVersion, pk=pk)
    if change not in {"activate", "retire"}:
        raise Http404
    effects = change_effects(version, change)
    if request.method == "POST" and effects.refusal is None:
        return _changed(request, version, change)
    context = {"title": version.name, "opts": ModelVersion._meta, "version": version, "change": change}
    context |= admin.site.each_context(request)
    return TemplateResponse(request, "admin/ml/modelversion/state.html", context | {"effects": effects})


def _changed(request: HttpRequest, version: ModelVersion, change: str) -> HttpResponse:
    if change == "activate":
        services.activate(version)
        messages.success(request, _("%s is active. The workers judge with it from now on.") % version)
    else:
        services.retire(version)
        messages.success(request, _("%s is retired.") % version)
    return redirect("admin:ml_modelversion_change", version.pk)


@role_required(ADMIN)
@require_safe
def report(request: PersonRequest, pk: int) -> HttpResponse:
    """Return the report as a fragment: it reads thousands of rows, which the page does not wait for."""
    version = get_object_or_404(ModelVersion, pk=pk)
    found = model_report(version)
    context: dict[str, Any] = {"version": version, "report": found, "enough": ENOUGH, "enough_each": ENOUGH_EACH}
    if found:
        context |= {"confusion": _heat(found), "entropy_plot": _entropy_plot(found.entropy)}
        context["columns"] = [found.names[key] for key in found.slice.model]
        context["categories"] = [(found.names[each.key], each) for each in found.slice.categories]
    elif version.kind == ModelVersion.Kind.EMBEDDER:
        context |= {"scored": scored(version), "dimensions": Embedding._meta.get_field("vector").dimensions}
    return TemplateResponse(request, "admin/ml/modelversion/report.html", context)


def _heat(found: ModelReport) -> list[tuple[str, list[tuple[int, int]]]]:
    """Return the confusion's rows: the category's name, and for each cell its count and its shade by the row's sum."""
    rows = zip(found.slice.people, found.slice.confusion, strict=True)
    return [(found.names[key], [(n, round(HEAT * n / max(sum(row), 1))) for n in row]) for key, row in rows]


def _entropy_plot(entropy: Entropy) -> BarPlot:
    step = entropy.highest / len(entropy.bins)
    says = [
        _("%(n)d images from %(low).2f to %(high).2f nats") % {"n": n, "low": at * step, "high": (at + 1) * step}
        for at, n in enumerate(entropy.bins)
    ]
    described = _("Mean %(mean).2f nats over %(n)d images; the highest possible is %(highest).2f.")
    return bar_plot(
        "entropy",
        entropy.bins,
        says,
        title=_("How unsure it is now: images by entropy"),
        description=described % {"mean": entropy.mean, "n": entropy.n, "highest": entropy.highest},
        left=_("0: sure"),
        right=_("%.2f nats: no idea") % entropy.highest,
    )
