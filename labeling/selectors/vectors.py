"""Vectors as PostgreSQL sends them: reading their text would take a hundred times as long."""

import numpy as np
from numpy.typing import NDArray

# `halfvec_send` gives the number of dimensions and a reserved number, 16 bits each, then the components.
_HEADER_BYTES = 4


def parse_vector(sent: bytes) -> NDArray[np.float16]:
    """Return what `halfvec_send(vector)` gives as numbers, shape (dimensions,)."""
    return np.frombuffer(sent, dtype=">f2", offset=_HEADER_BYTES).astype(np.float16)
