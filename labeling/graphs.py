"""What is connected with what.

Pure; no Django here.
"""

from collections.abc import Iterable, Sequence


def components(nodes: Sequence[int], edges: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Return the connected components of a graph, each in the order of `nodes`, the first node's first.

    Both ends of an edge have to be among `nodes`; ValueError otherwise.
    """
    root = {node: node for node in nodes}

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = node = root[root[node]]
        return node

    for edge in edges:
        if not root.keys() >= set(edge):
            raise ValueError(f"The edge {edge} leads out of the graph.")
        root[find(edge[1])] = find(edge[0])
    found: dict[int, list[int]] = {}
    for node in nodes:
        found.setdefault(find(node), []).append(node)
    return list(found.values())
