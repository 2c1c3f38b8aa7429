"""What is stored about images, people and their decisions, in the words of the field."""

from labeling.models.agreement import AgreementStat
from labeling.models.copies import CopyMatch, CopyMatchWithdrawal, CopySearch
from labeling.models.decisions import Adjudication, AdjudicationWithdrawal, DecisionWithdrawal, PeopleDecision
from labeling.models.erasing import DoomedFile, Erasure
from labeling.models.feedback import FeedbackReading, SuspectSearch
from labeling.models.images import Arrival, CopyGroup, Image, SliceDraw, Source
from labeling.models.labels import Label, LabelWithdrawal
from labeling.models.machine import Caption, Embedding, Explanation, IndexedEmbedding, KeyWord, MachineWork, Prediction
from labeling.models.people import Person
from labeling.models.policies import Category, Exemplar, Guideline, GuidelineReading, Policy, PolicyVersion
from labeling.models.queue import AdjudicationCase, Assignment, QueueEntry
from labeling.models.review import (
    ExemplarProposal,
    ExemplarProposalWithdrawal,
    Gold,
    GoldWithdrawal,
    Recheck,
    RecheckImage,
    RecheckStep,
    ReviewRequest,
)

__all__ = [
    "Adjudication",
    "AdjudicationCase",
    "AdjudicationWithdrawal",
    "AgreementStat",
    "Arrival",
    "Assignment",
    "Caption",
    "Category",
    "CopyGroup",
    "CopyMatch",
    "CopyMatchWithdrawal",
    "CopySearch",
    "DecisionWithdrawal",
    "DoomedFile",
    "Embedding",
    "Erasure",
    "Exemplar",
    "ExemplarProposal",
    "ExemplarProposalWithdrawal",
    "Explanation",
    "FeedbackReading",
    "Gold",
    "GoldWithdrawal",
    "Guideline",
    "GuidelineReading",
    "Image",
    "IndexedEmbedding",
    "KeyWord",
    "Label",
    "LabelWithdrawal",
    "MachineWork",
    "PeopleDecision",
    "Person",
    "Policy",
    "PolicyVersion",
    "Prediction",
    "QueueEntry",
    "Recheck",
    "RecheckImage",
    "RecheckStep",
    "ReviewRequest",
    "SliceDraw",
    "Source",
    "SuspectSearch",
]
