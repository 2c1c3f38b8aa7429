"""Sentences about pictures, and where the network looked for each word: captioning models of the BLIP family.

Source: Li et al., "BLIP: Bootstrapping Language-Image Pre-training for Unified Vision-Language Understanding and
Generation" (2022), through transformers. Nothing here downloads anything.
"""

from ml.vision.captioning.captioner import caption
from ml.vision.captioning.installed import DRAWN_FOLDER, card, folder_of

__all__ = ["DRAWN_FOLDER", "caption", "card", "folder_of"]
