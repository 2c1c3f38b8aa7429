"""What the audit log follows: every change of policy, role, setting or decision.

Each entry names the person whose request made it. Facts are in here when people make them one by one. Labels and the
decisions that follow from them are not: their tables are append-only and so are their own log, and a second copy would
be written with every key that a labeler presses. What takes them back is here.
"""

from collections.abc import Collection

from auditlog.registry import auditlog
from django.contrib.auth.models import Group
from django.db.models import Model

from labeling.models import (
    Adjudication,
    AdjudicationWithdrawal,
    Category,
    CopyMatchWithdrawal,
    DecisionWithdrawal,
    Guideline,
    LabelWithdrawal,
    Person,
    Policy,
    PolicyVersion,
    Source,
)
from ml.models import ModelVersion
from moderation.models import BankEntry, BankFinding, Certificate, MachineDecisionWithdrawal

WHOLE = (
    Policy,
    Category,
    PolicyVersion,
    Guideline,
    Adjudication,
    AdjudicationWithdrawal,
    DecisionWithdrawal,
    LabelWithdrawal,
    CopyMatchWithdrawal,
    BankEntry,
    BankFinding,
    Certificate,
    MachineDecisionWithdrawal,
    ModelVersion,
)


# Hashes tell nothing and must not spread; every login is no change; what a person has seen is for that person alone.
SECRET = {"password", "last_login", "exposure_ms"}


def register() -> None:
    """Follow these models from now on."""
    for model in WHOLE:
        _follow(model)
    _follow(Source, m2m={"policies"})
    _follow(Group, m2m={"permissions"})
    _follow(Person, m2m={"groups", "user_permissions"})


def _follow(model: type[Model], m2m: Collection[str] = ()) -> None:
    """Register the model's own columns: what merely points at it has entries of its own."""
    columns = [field.name for field in model._meta.concrete_fields if field.name not in SECRET]
    auditlog.register(model, include_fields=[*columns, *m2m], m2m_fields=set(m2m))
