"""Wake-ups of labeling's services. Thin: a task carries ids, and running it twice equals running it once.

Those that run a network go to the queue gpu (moderation/celery.py): a worker with a GPU takes it, or any worker where
there is none; the code is the same.
"""

import time
from collections.abc import Callable

from celery import Task, shared_task

from labeling.models import Policy, PolicyVersion
from labeling.selectors.filling import filling
from labeling.services import (
    agreement,
    captioning,
    disputes,
    explaining,
    files,
    indexing,
    key_words,
    leases,
    measuring,
    placing,
    queueing,
    rechecks,
    scoring,
    second_opinions,
    slices,
    suspects,
)
from labeling.wake import wake
from ml import versions

# So many images take some seconds, far below a task's time limit.
PORTION = 1000
# Networks work in portions of this length, so that scoring, explaining and captioning take turns and a worker stops
# quickly.
PORTION_S = 10


@shared_task
def settle_policy(policy_id: int, after: int = 0) -> None:
    """Hold what is open under a policy against its required opinions, in portions that fit into a task's time."""
    last = queueing.settle_some(policy=Policy.objects.get(pk=policy_id), after=after, count=PORTION)
    if last is not None:
        wake(settle_policy, policy_id, last)


@shared_task
def expire_leases() -> int:
    """End leases that have run out. Return how many."""
    return leases.expire_leases()


@shared_task
def score_images() -> None:
    """Embed what came in, and have the active models judge it."""
    repeat(score_images, lambda: scoring.score_next() + sum(scoring.judge_next(policy=each) for each in _policies()))


@shared_task
def tend_index() -> None:
    """Build the index of similar images once there is enough to learn from; then keep in it what belongs there."""
    if not indexing.learn():
        repeat(tend_index, lambda: indexing.tend(count=PORTION))


@shared_task
def explain_images() -> None:
    """Compute heatmaps for what people see next."""
    repeat(explain_images, lambda: sum(explaining.explain_next(policy=each) for each in _policies()))


@shared_task
def caption_images() -> None:
    """Caption what people see next, then what they judged; only a few at a time while the demo is being filled in."""
    if filling():
        _caption_some()
    else:
        repeat(caption_images, _caption_some)


def _caption_some() -> int:
    return sum(captioning.caption_next(domain=domain) for domain in (versions.DRAWN, ""))


@shared_task
def measure_key_words() -> None:
    """Find out what words of captions mean for the decisions of each policy."""
    for policy in _policies():
        key_words.measure_key_words(policy=policy)


@shared_task
def propose_rechecks(version_id: int) -> None:
    """Propose what a new version most likely touches for a re-check."""
    rechecks.propose(version=PolicyVersion.objects.get(pk=version_id))


@shared_task
def judge_images() -> None:
    """Have the active models judge what they have not, and place it. No network: it works on embeddings."""
    repeat(judge_images, lambda: sum(_judge_some(policy) for policy in _policies()))
    wake(explain_images)


@shared_task
def plan_second_opinions() -> None:
    """Ask for second opinions where they pay, once the sample for adjudicators is drawn.

    Were it drawn afterwards, a second person who contradicts would take the very decisions out of it in which the
    model was right, and models would look worse than they are.
    """
    for policy in _policies():
        if disputes.find(policy=policy) < disputes.PORTION:
            second_opinions.plan(policy=policy)


@shared_task
def find_suspects() -> None:
    """Look for label errors, once a day and only in what is newly decided; it learns for up to a minute."""
    for policy in _policies():
        suspects.find(policy=policy)


@shared_task
def follow_daily_numbers() -> None:
    """Let the random slice's share follow the daily number, for policies that have one."""
    slices.follow_daily_numbers()


@shared_task
def measure_agreement(policy_id: int) -> None:
    """Take a snapshot of how far people agree."""
    agreement.take_snapshot(policy=Policy.objects.get(pk=policy_id))


@shared_task
def measure_agreement_daily() -> None:
    """Take today's snapshots, where they are not taken yet."""
    agreement.take_daily_snapshots()


@shared_task
def plan_measuring() -> None:
    """Plan which images come back to their own people, and which with a known answer are put among the others."""
    for policy in _policies():
        measuring.drop_outdated(policy=policy)
        measuring.plan_repeats(policy=policy, count=PORTION)
        measuring.plan_gold(policy=policy, count=PORTION)
        measuring.mix_in(policy=policy)


@shared_task
def delete_files() -> None:
    """Have the storage delete what nobody refers to any more; where it is away, a later message goes on."""
    repeat(delete_files, files.delete_doomed)


def _judge_some(policy: Policy) -> int:
    return scoring.judge_next(policy=policy) or placing.place_stale(policy=policy, count=PORTION)


def _policies() -> list[Policy]:
    return list(Policy.objects.filter(active=True))


def repeat(task: Task, step: Callable[[], int]) -> None:
    """Take steps until one finds nothing to do; after PORTION_S a further message goes on."""
    until = time.monotonic() + PORTION_S
    while step():
        if time.monotonic() > until:
            wake(task)
            return
