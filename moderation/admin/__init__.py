"""The admin of what moderation adds: sources, failed files, and the audit log."""

from moderation.admin import audit, failed, machines, sources

__all__ = ["audit", "failed", "machines", "sources"]
