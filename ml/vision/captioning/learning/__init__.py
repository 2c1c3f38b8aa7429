"""Teaches a small captioner drawn scenes: what they show, the network it starts from, and the lessons."""
