"""The coefficients of the stiff solver fulfil what makes the method one of order 5."""

import numpy as np
import pytest

from nullcline.engine.rodas5p import DENSE, GAMMA, NODES, SLOPES, STAGES, A, C


def trees(order):
    """The rooted trees with this many nodes, each a sorted tuple of its branches."""
    if order == 1:
        return [()]
    return sorted({tuple(sorted(f)) for f in forests(order - 1, order - 1)})


def forests(total, largest):
    if total == 0:
        return [()]
    found = []
    for first in range(1, min(total, largest) + 1):
        for rest in forests(total - first, first):
            found += [(tree, *rest) for tree in trees(first)]
    return found


def size(tree):
    return 1 + sum(map(size, tree))


def density(tree):
    return size(tree) * int(np.prod([density(branch) for branch in tree]))


def ordinary():
    """The method in the form of Hairer and Wanner, IV.7: alpha, gamma, b from the transformed."""
    gammas = np.linalg.inv(np.eye(STAGES) / GAMMA - C)
    final = A[-1].copy()
    final[-1] = 1.0
    return A @ gammas, gammas, gammas


ALPHA, GAMMAS, BACK = ordinary()


def weight(tree):
    """The stages' weights of a tree: a node with one branch takes alpha + gamma, else alpha."""
    branches = [weight(branch) for branch in tree]
    if len(branches) == 1:
        return (ALPHA + GAMMAS) @ branches[0]
    found = np.ones(STAGES)
    for branch in branches:
        found = found * (ALPHA @ branch)
    return found


END = np.append(A[-1, :-1], 1.0)
"""The step's end is the state plus these times the stages; without the last, the other result."""


def conditions(final, order, share=1.0):
    """What is missing of each order condition, for the weights of transformed stages."""
    weights = final @ BACK
    for number in range(1, order + 1):
        for tree in trees(number):
            yield abs(weights @ weight(tree) - share**number / density(tree))


def test_there_are_as_many_trees_as_in_the_books():
    assert [len(trees(order)) for order in range(1, 7)] == [1, 1, 2, 4, 9, 20]


def test_the_order_conditions_hold_up_to_order_5_and_no_further():
    assert max(conditions(END, 5)) < 1e-11
    assert max(conditions(END, 6)) > 1e-4


def test_the_other_result_is_of_order_4():
    other = END - np.eye(STAGES)[-1]
    assert max(conditions(other, 4)) < 1e-11
    assert max(conditions(other, 5)) > 1e-4


@pytest.mark.parametrize("share", [0.1, 0.37, 0.5, 0.9])
def test_the_dense_output_is_of_order_4(share):
    between = DENSE[0] + share * (DENSE[1] + share * DENSE[2])
    weights = share * (END + (1 - share) * between)
    assert max(conditions(weights, 4, share)) < 1e-11


def test_the_nodes_and_slopes_are_sums_of_the_rows():
    assert ALPHA.sum(axis=1) == pytest.approx(NODES, abs=1e-12)
    assert GAMMAS.sum(axis=1) == pytest.approx(SLOPES, abs=1e-11)


def test_the_method_is_stable_for_every_decay_and_damps_infinitely_stiff_ones():
    beta, ones = ALPHA + GAMMAS, np.ones(STAGES)

    def growth(z):
        return 1 + z * (END @ BACK) @ np.linalg.solve(np.eye(STAGES) - z * beta, ones)

    sizes = [abs(growth(1j * y)) for y in np.geomspace(1e-2, 1e6, 400)]
    assert max(sizes) <= 1 + 1e-9
    assert abs(growth(-1e9)) < 1e-6
