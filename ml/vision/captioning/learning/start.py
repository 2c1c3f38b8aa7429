"""The small network before its first lesson: a BLIP whose picture half begins as something like a convolution.

A vision transformer that starts from noise needs millions of pictures to find out that neighbours belong together.
Here the first layers' heads look at a fixed neighbour each from the start, through sines and cosines of the position,
after Zheng et al., "Structured Initialization for Attention in Vision Transformers" (2024). All of it can be unlearnt.
"""

import math
from typing import Any

import torch
from transformers import BlipConfig, BlipForConditionalGeneration

HEADS = 8
# Where the heads of a layer look at first: rows down, columns to the right.
AROUND = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))
SHARPNESS = 1.4
PERIODS = (3.0, 40.0)  # in patches, the shortest and the longest


def config(*, words: int, side: int, patch: int, width: int, layers: int, decoder_layers: int) -> BlipConfig:
    """Return the shape of a network for so many words and pictures of `side` pixels."""
    vision = {
        "hidden_size": width,
        "intermediate_size": 3 * width,
        "num_hidden_layers": layers,
        "num_attention_heads": HEADS,
        "image_size": side,
        "patch_size": patch,
    }
    text = {
        "vocab_size": words,
        "hidden_size": width,
        "encoder_hidden_size": width,
        "intermediate_size": 2 * width,
        "num_hidden_layers": decoder_layers,
        "num_attention_heads": HEADS,
        "max_position_embeddings": 96,
        "pad_token_id": 0,
        "bos_token_id": 2,
        "eos_token_id": 3,
        "sep_token_id": 3,
    }
    return BlipConfig(vision_config=vision, text_config=text)


def network(shape: BlipConfig) -> BlipForConditionalGeneration:
    """Return a fresh network; `torch.manual_seed` decides which."""
    model: Any = BlipForConditionalGeneration(shape)
    depth = shape.vision_config.num_hidden_layers  # type: ignore[union-attr]
    for name, weight in model.named_parameters():
        if weight.ndim == 2 and "embeddings" not in name:
            torch.nn.init.normal_(weight, std=weight.shape[1] ** -0.5)
        if name.endswith(("projection.weight", "fc2.weight")):  # what is added to the stream starts small
            torch.nn.init.normal_(weight, std=0.5 * (weight.shape[1] * depth) ** -0.5)
    torch.nn.init.normal_(model.text_decoder.bert.embeddings.word_embeddings.weight, std=0.05)
    _look_around(model)
    return model  # type: ignore[no-any-return]


@torch.no_grad()
def _look_around(model: Any) -> None:
    """Let each head of the layers look at one neighbour: sharply in the first ones, ever less in later ones."""
    vision = model.vision_model
    shape = model.config.vision_config
    width, size = shape.hidden_size, shape.hidden_size // HEADS
    across = shape.image_size // shape.patch_size
    speeds = _speeds(size // 4)
    patches = vision.embeddings.patch_embedding.weight
    torch.nn.init.normal_(patches, std=(3 * shape.patch_size**2) ** -0.5)
    patches[: 4 * len(speeds)] = 0  # these channels belong to the position
    places = torch.zeros(across * across + 1, width)
    places[1:, : 4 * len(speeds)] = _waves(across, speeds)
    vision.embeddings.position_embedding.copy_(places[None])
    torch.nn.init.normal_(vision.embeddings.class_embedding, std=0.5)
    for number, layer in enumerate(vision.encoder.layers):
        strength = SHARPNESS * (1 - number / len(vision.encoder.layers))
        weight = layer.self_attn.qkv.weight.view(3, HEADS, size, width)
        for head, (down, right) in enumerate(AROUND):
            weight[0, head] *= 0.3
            weight[1, head] *= 0.3
            used = 4 * len(speeds)
            weight[0, head, :used, :used] += strength * _turn(speeds, down, right)
            weight[1, head, :used, :used] += strength * torch.eye(used)


def _speeds(count: int) -> torch.Tensor:
    shortest, longest = PERIODS
    return 2 * math.pi / torch.logspace(math.log10(shortest), math.log10(longest), count)


def _waves(across: int, speeds: torch.Tensor) -> torch.Tensor:
    """Return the place of each patch, row by row, as (patches, 4 * speeds): cosine and sine, down and to the right."""
    angles = torch.arange(across)[:, None] * speeds
    waves = torch.stack([angles.cos(), angles.sin()], 2).flatten(1)  # (across, 2 * speeds)
    down = waves[:, None].expand(across, across, -1)
    return torch.cat([down, waves[None].expand(across, across, -1)], 2).flatten(0, 1)


def _turn(speeds: torch.Tensor, down: int, right: int) -> torch.Tensor:
    """Return the matrix that moves a place's waves by so many patches."""
    blocks = []
    for step in (down, right):
        for angle in step * speeds:
            cos, sin = float(angle.cos()), float(angle.sin())
            blocks.append(torch.tensor([[cos, -sin], [sin, cos]]))
    return torch.block_diag(*blocks)
