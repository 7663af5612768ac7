"""An order in which equations can be evaluated, or the cycle that forbids one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class Cycle(Exception):
    """Equations that depend on each other; `path` ends with the name it begins with."""

    def __init__(self, path: Sequence[str]) -> None:
        self.path = tuple(path)
        super().__init__(" -> ".join(path))


def evaluation_order(needs: Mapping[str, Sequence[str]]) -> list[str]:
    """The names, each after all that it needs, otherwise in their own order; or raises Cycle."""
    order: list[str] = []
    done: set[str] = set()
    for root in needs:
        above: list[str] = []
        pending: list[tuple[str, bool]] = [(root, False)]
        while pending:
            name, leaving = pending.pop()
            if leaving:
                above.pop()
                done.add(name)
                order.append(name)
            elif name in above:
                raise Cycle([*above[above.index(name) :], name])
            elif name not in done:
                above.append(name)
                pending.append((name, True))
                pending.extend((need, False) for need in reversed(needs[name]) if need in needs)
    return order
