"""Which attention of a captioner points best: layers and heads, before or after the word, with less of the common."""

import sys
from collections.abc import Iterator, Sequence
from typing import Any

import torch

from benchmarks.caption import Example, pointing
from ml.results import Caption
from ml.vision.captioning import captioner
from ml.vision.captioning.attention import Looks
from ml.vision.decoding import decode_all


def ways(layers: int, heads: int) -> Iterator[Looks]:
    """Yield what is compared: layers, heads, before or after the word, with what all words look at and without."""
    # Training tells the first half of the last layer's heads where to look.
    first, others = tuple(range(heads // 2)), tuple(range(heads // 2, heads))
    for layer in (None, *range(layers)):
        for some in (None, first, others):
            for before in (True, False):
                for common in (0.0, 1.0):
                    yield Looks(None if layer is None else (layer,), some, before, common)


@torch.inference_mode()
def compare(examples: Sequence[Example], model: str) -> dict[str, dict[str, Any]]:
    """Return the shares of words that point at what they name, for each way."""
    loaded = captioner.load(model)
    config = loaded.model.config.text_config
    chosen = list(ways(config.num_hidden_layers, config.num_attention_heads))
    captions: list[list[Caption]] = [[] for _ in chosen]
    for squares in decode_all([one.scene.jpeg for one in examples], loaded.side, captioner.BATCH):
        ids, attentions = captioner.read(loaded, squares)  # type: ignore[arg-type]
        for looks, made in zip(chosen, captions, strict=True):
            made += captioner.worded(loaded, ids, attentions, looks)
    shares = {}
    for looks, made in zip(chosen, captions, strict=True):
        found = pointing(made, examples)
        shares[named(looks)] = {kind: found[kind]["share"] for kind in found}
        print(named(looks), shares[named(looks)], file=sys.stderr, flush=True)
    return shares


def named(looks: Looks) -> str:
    """Return a way's name for people."""
    layer = "all layers" if looks.layers is None else f"layer {looks.layers[0] + 1}"
    heads = "all heads" if looks.heads is None else "first heads" if 0 in looks.heads else "other heads"
    return f"{layer}, {heads}, {'before' if looks.before else 'after'}, less {looks.common} of the common"
