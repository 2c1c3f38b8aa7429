"""What the address of a page on agreement asks for: a policy, whose answers, which images and versions, since when."""

from dataclasses import dataclass
from datetime import date, datetime, time
from urllib.parse import urlencode

from django.http import Http404
from django.utils import timezone

from labeling import clock
from labeling.access import ADMIN, PersonRequest, roles
from labeling.models import AgreementStat, Policy, PolicyVersion
from labeling.selectors.agreement import versions
from labeling.selectors.answers import Which, kinds_of_people
from labeling.selectors.policies import offered_policies

SIMULATED = "simulated"
Images = AgreementStat.Images


@dataclass(frozen=True)
class Asked:
    """The choice. `both`: simulated and real people have labeled. `version` None: all of them.

    `delayed`: only what was there at the last midnight. Adjudicators label too, and figures that moved with each of
    their answers would tell them which images are repeats, and what others had said. Admins may know.
    """

    policies: list[Policy]
    policy: Policy
    both: bool
    simulated: bool
    images: str
    versions: list[PolicyVersion]
    version: PolicyVersion | None
    since: date | None
    delayed: bool

    @property
    def which(self) -> Which:
        """The answers that count."""
        since = timezone.make_aware(datetime.combine(self.since, time())) if self.since else None
        until = clock.midnight() if self.delayed else None
        return Which(self.simulated, (self.version.pk,) if self.version else (), since, until)

    @property
    def people(self) -> str:
        """Whose answers, as the address says it."""
        return SIMULATED if self.simulated else "real"

    @property
    def query(self) -> str:
        """The same choice, for the address of another page."""
        chosen = {"policy": self.policy.slug, "people": self.people, "images": self.images}
        chosen |= {"version": str(self.version.number)} if self.version else {}
        chosen |= {"since": self.since.isoformat()} if self.since else {}
        return urlencode(chosen)


def asked(request: PersonRequest) -> Asked | None:
    """Return the choice, with the first policy where none is named; None without any policy, 404 for what is not."""
    policies = offered_policies()
    if not policies:
        return None
    slug = request.GET.get("policy") or policies[0].slug
    policy = next((each for each in policies if each.slug == slug), None)
    images = request.GET.get("images") or Images.SLICE
    if policy is None or images not in Images.values:
        raise Http404
    kinds = kinds_of_people(policy)
    there = versions(policy)
    return Asked(
        policies=policies,
        policy=policy,
        both=len(kinds) == 2,
        simulated=kinds == {True} or (request.GET.get("people") == SIMULATED and True in kinds),
        images=images,
        versions=there,
        version=_version(request.GET.get("version"), there),
        since=_date(request.GET.get("since")),
        delayed=ADMIN not in roles(request.user),
    )


def _version(number: str | None, there: list[PolicyVersion]) -> PolicyVersion | None:
    if not number:
        return None
    for version in there:
        if str(version.number) == number:
            return version
    raise Http404


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Http404 from None
