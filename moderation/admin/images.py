"""Images once more, with their copies and what machines decided about them, which labeling knows nothing of."""

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from labeling.admin.images import ImageAdmin
from labeling.models import Image
from labeling.selectors.events import Event
from labeling.selectors.history import image_history
from moderation.models import MachineDecision
from moderation.selectors.history import machine_history
from moderation.selectors.matched import matched_with

# The same picture may arrive a thousand times a day.
LATEST = 50

admin.site.unregister(Image)


@admin.register(Image)
class RoutedImageAdmin(ImageAdmin):
    """The pool of images, and what became of each."""

    fieldsets = [
        (None, {"fields": ["picture", "stages", "machines", "copies", "opinions", "history"]}),
        *ImageAdmin.fieldsets[1:],
    ]
    readonly_fields = [*ImageAdmin.readonly_fields, "machines", "copies"]

    @admin.display(description=_("what machines decided"))
    def machines(self, image: Image) -> SafeString | str:
        """Return each decision of a machine on an arrival of the image, with the way to its reasons."""
        found = MachineDecision.objects.filter(arrival__image=image).order_by("-id")
        decisions = list(found.select_related("arrival__source", "policy", "category", "withdrawal")[:LATEST])
        if not decisions:
            return _now("nothing")
        return format_html("{}", render_to_string("admin/image_machines.html", {"decisions": decisions}))

    @admin.display(description=_("copies"))
    def copies(self, image: Image) -> SafeString | str:
        """Return each image that it was matched with, and how near the two are."""
        found = matched_with(image)
        if not found:
            return _now("none")
        return format_html("{}", render_to_string("admin/image_copies.html", {"copies": found}))

    def events(self, image: Image) -> list[Event]:
        """Return the lines of the history, with those that machines wrote."""
        return image_history(image, machine_history(image))
