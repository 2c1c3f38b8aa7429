"""The admin of what moderation adds: sources, banks, what machines decided, failed files, and the audit log."""

from moderation.admin import audit, banks, failed, findings, images, machine_decisions, machines, sources

__all__ = ["audit", "banks", "failed", "findings", "images", "machine_decisions", "machines", "sources"]
