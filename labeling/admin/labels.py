"""Labels: what each person said."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from labeling.admin.base import ImageSearchAdmin, ReadOnlyAdmin
from labeling.admin.filters import StandingFilter
from labeling.admin.pictures import PicturesAdmin
from labeling.models import Category, Label, LabelWithdrawal, Policy
from ml.models import ModelVersion

AIDS = {
    "caption": _("caption"),
    "heatmap": _("heatmap"),
    "similar": _("similar images"),
    "guideline": _("guideline"),
}


class LabelWithdrawalInline(admin.StackedInline):
    """When and why the label was taken back."""

    model = LabelWithdrawal
    extra = 0
    fields = ["withdrawn_at", "withdrawn_by", "cause"]
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Label | None = None) -> bool:
        """Labels are taken back on the labeling screen."""
        return False

    has_change_permission = has_add_permission


@admin.register(Label)
class LabelAdmin(PicturesAdmin, ImageSearchAdmin, ReadOnlyAdmin):
    """People's judgements, as they were given. What was seen of harmful images is shown to its person alone."""

    list_display = ["thumbnail", "image", "labeler", "policy", "said", "purpose", "decided_at", "stands"]
    list_display_links = ["thumbnail", "image"]
    list_filter = ["policy", "verdict", "purpose", StandingFilter, "labeler"]
    list_select_related = ["image", "labeler", "policy", "category", "withdrawal"]
    fields = ["picture", "labeler", "policy_version", "verdict", "category", "reason", "purpose", "round"]
    fields += ["shown_at", "decided_at", "recorded_at", "help_given", "help_opened", "model_said"]
    readonly_fields = ["picture", "help_given", "help_opened", "model_said"]
    inlines = [LabelWithdrawalInline]

    @admin.display(description=_("said"))
    def said(self, label: Label) -> str:
        """Return the category, or what the person said instead."""
        return str(label.category or label.get_verdict_display())

    @admin.display(description=_("help"))
    def help_given(self, label: Label) -> str:
        """Return whether help came with the image, and why not if it did not."""
        found = label.help
        if not found:
            return gettext("not recorded")
        if found["mode"] == Policy.HelpMode.BLIND:
            return gettext("none: the queue was judged blind")
        if found["arm"] == "without":
            return gettext("none: this image was drawn to come without")
        return gettext("offered: %(aids)s (%(mode)s)") % {
            "aids": ", ".join(_aid(aid) for aid in found["offered"]),
            "mode": Policy.HelpMode(found["mode"]).label,
        }

    @admin.display(description=_("opened before the answer"))
    def help_opened(self, label: Label) -> str:
        """Return what was opened and for how long, and what the person had been told of an earlier answer."""
        opened = label.help.get("opened", {})
        said = [gettext("%(aid)s, %(time)s") % {"aid": _aid(aid), "time": _time(ms)} for aid, ms in opened.items()]
        if sign := label.help.get("sign"):
            agrees = sign == "agrees"
            said.append(gettext("told that the model agreed") if agrees else gettext("told that the model disagreed"))
        return "; ".join(said) or "-"

    @admin.display(description=_("the model then"))
    def model_said(self, label: Label) -> str:
        """Return what the active model held most probable when the label was given."""
        model = label.help.get("model")
        if not model:
            return gettext("none had judged the image")
        category = Category.objects.filter(policy=label.policy_id, key=model["says"]).first()
        version = ModelVersion.objects.filter(pk=model["version"]).first()
        return f"{category or model['says']} ({version or model['version']})"

    @admin.display(description=_("stands"), boolean=True)
    def stands(self, label: Label) -> bool:
        """Return whether the label was not taken back."""
        return not hasattr(label, "withdrawal")


def _aid(name: str) -> str:
    return str(AIDS.get(name, name))


def _time(milliseconds: int) -> str:
    return gettext("%.1f s") % (milliseconds / 1000)
