"""Django's admin, arranged for the work: one module a subject."""

from labeling.admin import arrivals, decisions, images, labels, people, policies, queue, versions

__all__ = ["arrivals", "decisions", "images", "labels", "people", "policies", "queue", "versions"]
