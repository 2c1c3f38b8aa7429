"""The form of a new guideline version: it starts from the current texts, one per category."""

from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from labeling.models import Category, Exemplar, ExemplarProposal, Person, Policy, PolicyVersion
from labeling.selectors.exemplars import kept_exemplars, open_proposals
from labeling.services.policies import CategoryText, PublishError, publish_version


class Row(NamedTuple):
    """What can be changed about one category; each picture with the tick that keeps or takes it."""

    category: Category
    text: forms.BoundField
    changed: forms.BoundField | None
    kept: list[tuple[forms.BoundField, Exemplar]]
    proposed: list[tuple[forms.BoundField, ExemplarProposal]]


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
        label=_("Introduction"),
        required=False,
        widget=forms.Textarea({"rows": 4, "class": "vLargeTextField"}),
        help_text=_("What to look for, whatever the category. People read it above the categories."),
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
        self.exemplars: list[Any] = list(kept_exemplars(self.latest)) if self.latest else []
        self.proposals = list(open_proposals(policy))
        self._add_categories()
        self._add_pictures()

    def _add_pictures(self) -> None:
        for exemplar in self.exemplars:
            self.fields[f"keep_{exemplar.pk}"] = forms.BooleanField(
                label=_("Keep"), required=False, initial=exemplar.stands
            )
        for proposal in self.proposals:
            self.fields[f"take_{proposal.pk}"] = forms.BooleanField(label=_("Take"), required=False, initial=True)

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
            Row(
                each,
                self[f"text_{each.pk}"],
                self[f"changed_{each.pk}"] if self.latest else None,
                [(self[f"keep_{one.pk}"], one) for one in self.exemplars if one.guideline.category_id == each.pk],
                [(self[f"take_{one.pk}"], one) for one in self.proposals if one.adjudication.category_id == each.pk],
            )
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
            proposals=[each for each in self.proposals if data[f"take_{each.pk}"]],
            without=[each.image_id for each in self.exemplars if not data[f"keep_{each.pk}"]],
        )
