"""Vectors as the database writes them."""

import numpy as np
from numpy.typing import NDArray


def parse_vector(text: str) -> NDArray[np.float32]:
    """Return pgvector's text form, "[1,2,…]", as numbers, shape (dimensions,)."""
    return np.fromstring(text[1:-1], dtype=np.float32, sep=",")
