"""What moderation adds: files on their way in, banks, certificates, and what machines decide on their ground."""

from moderation.models.banks import BankEntry, BankFinding
from moderation.models.certificates import Certificate
from moderation.models.decisions import MachineDecision, MachineDecisionWithdrawal
from moderation.models.incoming import FailedFile, IncomingFile
from moderation.models.spot_checks import SpotCheck

__all__ = [
    "BankEntry",
    "BankFinding",
    "Certificate",
    "FailedFile",
    "IncomingFile",
    "MachineDecision",
    "MachineDecisionWithdrawal",
    "SpotCheck",
]
