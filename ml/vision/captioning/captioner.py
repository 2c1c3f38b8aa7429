"""Runs a captioner: the sentence word by word, then once more to see where each word looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from transformers import AutoImageProcessor, AutoTokenizer, BlipForConditionalGeneration

from ml.results import Caption, NotACaptioner, Unreadable
from ml.vision.captioning.attention import Looks, grids
from ml.vision.captioning.installed import check, folder_of, looks_of
from ml.vision.captioning.wording import words
from ml.vision.decoding import decode_all
from ml.vision.embedding import device

BATCH = 8 if not torch.cuda.is_available() else 64
MOST_TOKENS = 90
# On 250 validation scenes three beams named more things rightly than the greedy way; five no more than three.
BEAMS = 3


@dataclass(frozen=True)
class Captioner:
    """A loaded model, its tokenizer, what it takes its pictures' mean and deviation to be, and where it looks."""

    model: Any
    tokenizer: Any
    mean: torch.Tensor
    std: torch.Tensor
    looks: Looks

    @property
    def side(self) -> int:
        """The pixels of a side of the square that the network takes."""
        return int(self.model.config.vision_config.image_size)


def caption(files: Sequence[bytes | BinaryIO], model: str) -> list[Caption | Unreadable]:
    """Return a sentence about each file, in order, or `Unreadable` where it is no picture.

    Raises `LookupError` if the model is not installed here, `NotACaptioner` if it is none.
    """
    captioner = load(model)
    results: list[Caption | Unreadable] = []
    for squares in decode_all(files, captioner.side, BATCH):
        readable = [each for each in squares if not isinstance(each, Unreadable)]
        captions = iter(_caption(captioner, readable) if readable else ())
        results += [each if isinstance(each, Unreadable) else next(captions) for each in squares]
    return results


def load(model: str) -> Captioner:
    """Return a captioner, loaded once per process."""
    folder = folder_of(model)
    if folder is None:
        raise LookupError(f"{model} is not installed here.")
    return _load(folder)


@lru_cache(maxsize=2)
def _load(folder: Path) -> Captioner:
    check(folder)
    kind = torch.float16 if device().type == "cuda" else torch.float32
    try:
        # "eager" is the way of attending that tells where it attended.
        model = BlipForConditionalGeneration.from_pretrained(
            folder, local_files_only=True, dtype=kind, attn_implementation="eager"
        )
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        pictures = AutoImageProcessor.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise NotACaptioner(f"{folder} cannot be loaded as a captioner: {error}") from error
    mean, std = (
        torch.tensor(values, device=device(), dtype=kind) for values in (pictures.image_mean, pictures.image_std)
    )
    chosen = Looks(**known) if (known := looks_of(folder)) else Looks()
    return Captioner(model.eval().to(device()), tokenizer, mean, std, chosen)


@torch.inference_mode()
def _caption(captioner: Captioner, squares: Sequence[NDArray[np.uint8]]) -> list[Caption]:
    ids, attentions = read(captioner, squares)
    return worded(captioner, ids, attentions, captioner.looks)


def worded(captioner: Captioner, ids: torch.Tensor, attentions: Sequence[torch.Tensor], looks: Looks) -> list[Caption]:
    """Return what `read` found as words and their grids."""
    special, captions = set(captioner.tokenizer.all_special_ids), []
    for number, sentence in enumerate(ids.tolist()):
        places = [place for place, token in enumerate(sentence) if token not in special]
        made = words(captioner.tokenizer.convert_ids_to_tokens([sentence[place] for place in places]))
        spoken = [[places[token] for token in each.tokens] for each in made]
        where = grids([layer[number] for layer in attentions], spoken, looks)
        captions.append(Caption(tuple(each.text for each in made), where))
    return captions


def read(captioner: Captioner, squares: Sequence[NDArray[np.uint8]]) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """Return the tokens of squares of pixels (n, tokens), and each layer's attention (n, heads, tokens, 1 + patches).

    The tokens are found by a small beam search. Row t of an attention is where the network looked when it had read
    token t and was about to say t + 1.
    """
    model, mean, std = captioner.model, captioner.mean, captioner.std
    pixels = torch.from_numpy(np.stack(squares)).to(mean.device).permute(0, 3, 1, 2).to(mean.dtype)
    seen = model.vision_model(pixel_values=(pixels / 255 - mean.view(3, 1, 1)) / std.view(3, 1, 1)).last_hidden_state
    text = model.config.text_config
    ids = model.text_decoder.generate(
        input_ids=torch.full((len(seen), 1), text.bos_token_id, device=seen.device),
        encoder_hidden_states=seen,
        encoder_attention_mask=torch.ones(seen.shape[:2], dtype=torch.long, device=seen.device),
        eos_token_id=text.sep_token_id,
        pad_token_id=text.pad_token_id,
        max_length=min(MOST_TOKENS, text.max_position_embeddings),
        do_sample=False,
        num_beams=BEAMS,
    )
    # What generates keeps no cross-attention; a further pass over the whole sentence tells it.
    told = model.text_decoder(
        input_ids=ids,
        attention_mask=(ids != text.pad_token_id).long(),
        encoder_hidden_states=seen,
        output_attentions=True,
    )
    return ids, [layer.float() for layer in told.cross_attentions]
