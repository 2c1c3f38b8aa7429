"""The admin of what moderation adds: sources, failed files, and the audit log."""

from moderation.admin import audit, banks, failed, machine_decisions, machines, sources

__all__ = ["audit", "banks", "failed", "machine_decisions", "machines", "sources"]
