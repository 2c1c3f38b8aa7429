"""A captioning model of the BLIP family as small as one can be, in a folder as the hub would deliver it."""

from pathlib import Path

import torch
from transformers import BertTokenizer, BlipConfig, BlipForConditionalGeneration, BlipImageProcessor, BlipProcessor

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[DEC]", "[ENC]", "a", "man", "holds", "knife", "table", ".")


def save(folder: Path, *, older: bool = False) -> Path:
    """Write the model, which has learnt nothing, and what the hub's models come with; `older`: its weights as a pickle.

    As the pickles of the hub do, it keeps the tied weights twice, under both of their names.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    tokenizer = BertTokenizer(str(folder / "vocab.txt"), bos_token="[DEC]", eos_token="[SEP]")
    small = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
    vision = small | {"image_size": 32, "patch_size": 8}
    text = small | {"vocab_size": len(WORDS), "encoder_hidden_size": 16, "max_position_embeddings": 32}
    text |= {"pad_token_id": 0, "bos_token_id": 5, "eos_token_id": 3, "sep_token_id": 3}
    model = BlipForConditionalGeneration(BlipConfig(vision_config=vision, text_config=text))
    model.save_pretrained(folder)
    if older:
        (folder / "model.safetensors").unlink()
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
    processor = BlipImageProcessor(size={"height": 32, "width": 32})
    BlipProcessor(image_processor=processor, tokenizer=tokenizer).save_pretrained(folder)
    return folder
