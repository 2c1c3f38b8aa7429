"""What the network is asked in every step, and how wrong it is.

Beside the sentence there are two more lessons, which a small network learns much faster from: every patch is asked what
thing and what person it shows (by linear heads that are thrown away in the end), and words are told where to look: the
cross-attention of a decoder's layer that leads to a word is rewarded for lying on whom or what the word is about.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from ml.vision.captioning.learning.batches import ATTRIBUTES, SAME, SCENE_ATTRIBUTES, Batch

SMOOTHING = 0.02
DENSE_WEIGHT, SCENE_WEIGHT, LOOK_WEIGHT = 1.0, 0.1, 0.2
# What is hard to see is asked more insistently.
EMPHASIS = {"name": 2.0, "hair": 2.0, "does": 1.5, "shirt": 0.5, "cut": 0.5, "stance": 0.5}
# A patch without a thing is told so as well, but softly: most patches are.
NOTHING_WEIGHT = 0.15


@dataclass(frozen=True)
class Marks:
    """How a step went: the loss to be lowered, and its parts for people."""

    loss: torch.Tensor
    parts: dict[str, float]


class Questions(nn.Module):
    """The linear heads that ask each patch, and the whole scene, what they show."""

    def __init__(self, width: int, values: dict[str, list[str]]) -> None:
        super().__init__()
        self.patch = nn.ModuleDict({name: nn.Linear(width, len(values[name]) + 1) for name in ATTRIBUTES})
        self.scene = nn.ModuleDict({name: nn.Linear(width, len(values[name])) for name in SCENE_ATTRIBUTES})

    def forward(self, states: torch.Tensor, batch: Batch) -> tuple[torch.Tensor, torch.Tensor, dict[str, float]]:
        """Take what the encoder says (n, 1 + kept, width), return both losses and the shares that were right."""
        dense, right = states.new_zeros((), dtype=torch.float32), {}
        for column, (name, head) in enumerate(self.patch.items()):
            logits, labels = head(states[:, 1:]).flatten(0, 1), batch.labels[..., column].flatten()
            known = labels != SAME
            nothing = torch.full_like(labels, logits.shape[1] - 1)
            weight = torch.where(known, 1.0, NOTHING_WEIGHT)
            losses = functional.cross_entropy(logits.float(), torch.where(known, labels, nothing), reduction="none")
            dense = dense + EMPHASIS.get(name, 1.0) * (losses * weight).sum() / weight.sum()
            right[name] = float((logits.argmax(1) == labels)[known].float().mean())
        scene = dense.new_zeros(())
        for column, (name, head) in enumerate(self.scene.items()):
            logits = head(states[:, 0]).float()
            scene = scene + functional.cross_entropy(logits, batch.scene[:, column])
            right[name] = float((logits.argmax(1) == batch.scene[:, column]).float().mean())
        return dense / len(self.patch), scene, right


def encode(model: Any, batch: Batch) -> torch.Tensor:
    """Return what the picture half says of the kept patches alone, shape (n, 1 + kept, width).

    The same sums as BlipVisionModel's, but for its pictures being whole and its attention slower.
    """
    vision = model.vision_model
    embeddings = vision.embeddings
    weight, bias = embeddings.patch_embedding.weight.flatten(1), embeddings.patch_embedding.bias
    places = embeddings.position_embedding[0]
    states = functional.linear(batch.patches.to(weight.dtype), weight, bias) + places[1:][batch.kept]
    first = (embeddings.class_embedding + places[None, :1]).expand(len(states), -1, -1)
    states = torch.cat([first, states], 1)
    for layer in vision.encoder.layers:
        states = states + _attend(layer.self_attn, layer.layer_norm1(states))
        states = states + layer.mlp(layer.layer_norm2(states))
    return vision.post_layernorm(states)  # type: ignore[no-any-return]


def _attend(attention: Any, states: torch.Tensor) -> torch.Tensor:
    n, length, width = states.shape
    mixed = attention.qkv(states).view(n, length, 3, attention.num_heads, -1).permute(2, 0, 3, 1, 4)
    scores = (mixed[0] * attention.scale) @ mixed[1].transpose(-1, -2)
    seen = scores.softmax(-1) @ mixed[2]
    return attention.projection(seen.transpose(1, 2).reshape(n, length, width))  # type: ignore[no-any-return]


def mark(model: Any, questions: Questions, batch: Batch) -> Marks:
    """Return how well the network does on a batch."""
    states = encode(model, batch)
    dense, scene, right = questions(states, batch)
    told = model.text_decoder(
        input_ids=batch.ids[:, :-1],
        attention_mask=(batch.ids[:, :-1] > 0).long(),
        encoder_hidden_states=states,
        output_attentions=True,
    )
    labels = batch.ids[:, 1:].masked_fill(batch.ids[:, 1:] == 0, SAME)
    logits = told.logits.float()
    words = functional.cross_entropy(logits.transpose(1, 2), labels, label_smoothing=SMOOTHING)
    look = sight(told.cross_attentions[-1], batch.about[:, : labels.shape[1]])
    said = labels != SAME
    parts = {"words": words.item(), "dense": dense.item(), "look": look.item()} | right
    parts["right"] = float((logits.argmax(2) == labels)[said].float().mean())
    loss = words + DENSE_WEIGHT * dense + SCENE_WEIGHT * scene + LOOK_WEIGHT * look
    return Marks(loss, parts)


def sight(attention: torch.Tensor, about: torch.Tensor) -> torch.Tensor:
    """Return how little of the attention (n, heads, words, 1 + kept) lies where it should: (n, words, kept) shares.

    Only some heads are told where to look; the others are free.
    """
    told = attention[:, : told_heads(attention.shape[1]), :, 1:].float().mean(1)
    spoken = about.amax(2) > 0
    return -torch.log((told * about.clamp(max=1)).sum(2)[spoken] + 1e-4).mean()


def told_heads(heads: int) -> int:
    """Return how many heads of the last layer, from the first on, are told where to look."""
    return heads // 2
