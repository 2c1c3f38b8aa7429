"""The form of a new guideline version: it starts from the current texts, one per category."""

from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from labeling.models import Category, Person, Policy, PolicyVersion
from labeling.services.policies import CategoryText, PublishError, publish_version


class Row(NamedTuple):
    """The two fields of one category."""

    category: Category
    text: forms.BoundField
    changed: forms.BoundField | None


class PublishForm(forms.Form):
    """One guideline text per category, on top of the version that the page was opened with."""

    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    kind = forms.ChoiceField(
        label=_("Kind of change"),
        choices=PolicyVersion.Kind.choices,
        widget=forms.RadioSelect,
        initial=PolicyVersion.Kind.EDITORIAL,
        help_text=_("After a substantive change, earlier labels of the changed categories were given to another rule."),
    )
    introduction = forms.CharField(
        label=_("Introduction"), required=False, widget=forms.Textarea({"rows": 4, "class": "vLargeTextField"})
    )

    def __init__(self, *args: Any, policy: Policy, author: Person, **kwargs: Any) -> None:
        self.policy, self.author = policy, author
        self.version: PolicyVersion | None = None
        self.latest = PolicyVersion.objects.filter(policy=policy).first()
        self.categories = list(policy.categories.all())
        super().__init__(*args, **kwargs | {"label_suffix": ""})
        self.fields["based_on"].initial = self.latest.number if self.latest else 0
        self.fields["introduction"].initial = self.latest.introduction if self.latest else ""
        if self.latest is None:  # the first one gives every category its meaning
            del self.fields["kind"]
        self._add_categories()

    def _add_categories(self) -> None:
        current = dict(self.latest.guidelines.values_list("category", "text")) if self.latest else {}
        for category in self.categories:
            self.fields[f"text_{category.pk}"] = forms.CharField(
                label=category.name,
                initial=current.get(category.pk, ""),
                widget=forms.Textarea({"rows": 5, "class": "vLargeTextField"}),
            )
            if self.latest:
                self.fields[f"changed_{category.pk}"] = forms.BooleanField(
                    label=_("This changes what the category means"), required=False
                )

    def rows(self) -> list[Row]:
        """Return the categories with their fields, for the page."""
        return [
            Row(each, self[f"text_{each.pk}"], self[f"changed_{each.pk}"] if self.latest else None)
            for each in self.categories
        ]

    def clean(self) -> dict[str, Any]:
        """Publish, so that the rules of the service are the form's errors."""
        super().clean()
        if not self.errors:
            try:
                self.version = self._publish(self.cleaned_data)
            except PublishError as error:
                raise ValidationError(str(error)) from None
        return self.cleaned_data

    def _publish(self, data: dict[str, Any]) -> PolicyVersion:
        texts = {
            each: CategoryText(data[f"text_{each.pk}"], data.get(f"changed_{each.pk}", self.latest is None))
            for each in self.categories
        }
        return publish_version(
            policy=self.policy,
            author=self.author,
            kind=data.get("kind", PolicyVersion.Kind.SUBSTANTIVE),
            texts=texts,
            introduction=data["introduction"],
            based_on=data["based_on"],
        )
