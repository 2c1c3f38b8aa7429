"""Whole words for a small network: every word of the sentences is one token, and so is every mark between them."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from transformers import BertTokenizer

PAD, UNKNOWN, START, END, MASK = SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
TOKEN = re.compile(r"\w+|[^\w\s]")


def tokens(sentence: str) -> list[tuple[str, int, int]]:
    """Return the words and marks of a sentence with their first character and the one after their last."""
    return [(found.group(), *found.span()) for found in TOKEN.finditer(sentence)]


def words_of(sentences: Iterable[str]) -> list[str]:
    """Return the special tokens and then every word of the sentences in alphabetical order."""
    return [*SPECIAL, *sorted({word for sentence in sentences for word, _, _ in tokens(sentence)})]


def tokenizer(words: Sequence[str], folder: Path) -> BertTokenizer:
    """Return a tokenizer of whole words, which keeps capitals and accents."""
    path = folder / "vocab.txt"
    path.write_text("".join(f"{word}\n" for word in words))
    return BertTokenizer(str(path), do_lower_case=False, strip_accents=False, tokenize_chinese_chars=False)
