"""Reads of what moderation adds."""
