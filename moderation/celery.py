"""The Celery app. The database is the truth and a message only a wake-up: losing one costs time, never work."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moderation.settings")

TASK_LIMIT_S = 600
app = Celery("winnow")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    # A message goes to another worker only when its first holder has surely been stopped.
    task_soft_time_limit=TASK_LIMIT_S,
    task_time_limit=TASK_LIMIT_S + 30,
    broker_transport_options={"visibility_timeout": 2 * (TASK_LIMIT_S + 30)},
    broker_connection_retry_on_startup=True,
    broker_connection_timeout=3,
    task_ignore_result=True,
    task_default_queue="cpu",
    # Networks run there, on whatever the worker that takes the queue has.
    task_routes={
        **{f"labeling.tasks.{verb}_images": {"queue": "gpu"} for verb in ("score", "explain", "caption")},
        # No network either, but as much computing.
        "moderation.tasks.match_images": {"queue": "gpu"},
        # Nor here: embeddings are shortened, by the workers that make them.
        "labeling.tasks.tend_index": {"queue": "gpu"},
        # No network, but a minute of learning, for which leases and queues must not wait.
        "labeling.tasks.find_suspects": {"queue": "gpu"},
    },
    worker_hijack_root_logger=False,
    # What a lost message left is found by the clock. While workers are away its messages do not pile up.
    beat_schedule={
        "ingest": {"task": "moderation.tasks.ingest_incoming", "schedule": 30.0, "options": {"expires": 30}},
        "expire leases": {"task": "labeling.tasks.expire_leases", "schedule": 60.0, "options": {"expires": 60}},
        "score": {"task": "labeling.tasks.score_images", "schedule": 10.0, "options": {"expires": 10}},
        "match": {"task": "moderation.tasks.match_images", "schedule": 10.0, "options": {"expires": 10}},
        "old copies": {"task": "moderation.tasks.tend_older_copies", "schedule": 3600.0, "options": {"expires": 3600}},
        "heal copies": {"task": "moderation.tasks.heal_copies", "schedule": 60.0, "options": {"expires": 60}},
        "index": {"task": "labeling.tasks.tend_index", "schedule": 600.0, "options": {"expires": 600}},
        "explain": {"task": "labeling.tasks.explain_images", "schedule": 10.0, "options": {"expires": 10}},
        "caption": {"task": "labeling.tasks.caption_images", "schedule": 10.0, "options": {"expires": 10}},
        "words": {"task": "labeling.tasks.measure_key_words", "schedule": 600.0, "options": {"expires": 600}},
        "judge": {"task": "labeling.tasks.judge_images", "schedule": 60.0, "options": {"expires": 60}},
        # Every hour, so that a night on which nothing ran is made up for; it measures once a day.
        "agreement": {
            "task": "labeling.tasks.measure_agreement_daily",
            "schedule": 3600.0,
            "options": {"expires": 3600},
        },
        "measure": {"task": "labeling.tasks.plan_measuring", "schedule": 300.0, "options": {"expires": 300}},
        # The sample for adjudicators is drawn by the same task, before (labeling.tasks.plan_second_opinions).
        "second": {"task": "labeling.tasks.plan_second_opinions", "schedule": 60.0, "options": {"expires": 60}},
        # Every hour for the same reason; it searches once a day, and only where something was decided.
        "suspects": {"task": "labeling.tasks.find_suspects", "schedule": 3600.0, "options": {"expires": 3600}},
        "erase": {"task": "moderation.tasks.erase_outlived", "schedule": 3600.0, "options": {"expires": 3600}},
        "delete files": {"task": "labeling.tasks.delete_files", "schedule": 600.0, "options": {"expires": 600}},
        "slice": {"task": "labeling.tasks.follow_daily_numbers", "schedule": 3600.0, "options": {"expires": 3600}},
    },
)
app.autodiscover_tasks()
app.autodiscover_tasks(["moderation"], related_name="worker_card")  # what workers say of themselves
