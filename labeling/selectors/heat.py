"""Where the model in use looks for a category in an image."""

from enum import StrEnum

from labeling.models import Category, Explanation, Image
from ml import versions


class Missing(StrEnum):
    """Why there is no heatmap."""

    NO_MODEL = "no model"
    NOT_LEARNT = "not learnt"
    NOT_YET = "not yet"
    EMPTY = "empty"


def heat_of(*, image: Image, category: Category) -> Explanation | Missing:
    """Return the newest explanation by the active classifier of the category's policy, or why there is none."""
    model = versions.active_classifier(category.policy.slug)
    if model is None:
        return Missing.NO_MODEL
    if category.key not in model.categories:
        return Missing.NOT_LEARNT
    found = Explanation.objects.filter(image=image, model_version=model, category=category)
    newest = found.select_related("model_version").order_by("-id").first()
    if newest is None:
        return Missing.NOT_YET
    return newest if any(value > 0 for value in newest.grid) else Missing.EMPTY
