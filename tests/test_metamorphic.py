"""Changes of a model that cannot change its trajectory, through every target there is."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from nullcline import Run, Unsupported
from nullcline.expression import Apply, Number, Symbol, rebuild, substitute
from nullcline.system import Definition
from nullcline.targets import all_targets
from nullcline.testing import systems

TARGETS = list(all_targets().values())
RUN = Run(1.0, 0.1, rtol=1e-11, atol=1e-13)


def renamed(system, suffix="_renamed"):
    """Every name with a suffix."""
    new = {name: name + suffix for name in system.names}
    trees = {name: Symbol(other) for name, other in new.items()}

    def quantities(items):
        return tuple(replace(item, name=new[item.name]) for item in items)

    def definitions(items):
        return tuple(
            replace(item, name=new[item.name], tree=substitute(item.tree, trees), text="")
            for item in items
        )

    return replace(
        system,
        parameters=quantities(system.parameters),
        inputs=quantities(system.inputs),
        states=quantities(system.states),
        constants=definitions(system.constants),
        auxiliaries=definitions(system.auxiliaries),
        derivatives=definitions(system.derivatives),
    )


def reordered(system):
    """Parameters, inputs and states declared in the opposite order."""
    return replace(
        system,
        parameters=system.parameters[::-1],
        inputs=system.inputs[::-1],
        states=system.states[::-1],
        derivatives=system.derivatives[::-1],
    )


def split(system):
    """Each derivative that is an operation, its first argument an auxiliary of its own."""
    parts, derivatives = [], []
    for index, item in enumerate(system.derivatives):
        tree = item.tree
        if isinstance(tree, Apply) and tree.operation in ("+", "-", "*", "/"):
            name = f"split_part_{index}"
            parts.append(Definition(name, tree.arguments[0]))
            tree = Apply(tree.operation, (Symbol(name), *tree.arguments[1:]))
        derivatives.append(replace(item, tree=tree, text=""))
    return replace(
        system, auxiliaries=(*system.auxiliaries, *parts), derivatives=tuple(derivatives)
    )


def twice_as_fast(system):
    """The same model in a time of half the unit."""
    double = Apply("*", (Number(2), Apply("time")))

    def faster(tree):
        return rebuild(tree, lambda node: double if node == Apply("time") else node)

    return replace(
        system,
        auxiliaries=tuple(replace(i, tree=faster(i.tree), text="") for i in system.auxiliaries),
        derivatives=tuple(
            replace(i, tree=Apply("*", (Number(2), faster(i.tree))), text="")
            for i in system.derivatives
        ),
    )


def doubled(system):
    """Two copies of the model in one."""
    other = renamed(system, "_copy")
    parts = ("parameters", "constants", "inputs", "states", "auxiliaries", "derivatives")
    return replace(system, **{part: getattr(system, part) + getattr(other, part) for part in parts})


FASTER = replace(RUN, duration=RUN.duration / 2, sampling=RUN.sampling / 2)
CHANGES = {
    "renamed": (renamed, lambda name: name + "_renamed", RUN),
    "reordered": (reordered, lambda name: name, RUN),
    "split": (split, lambda name: name, RUN),
    "in another unit of time": (twice_as_fast, lambda name: name, FASTER),
    "doubled": (doubled, lambda name: name + "_copy", RUN),
}


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
@pytest.mark.parametrize("change", CHANGES)
@settings(
    max_examples=8,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(system=systems())
def test_the_trajectory_stays_the_same(target, change, system):
    changed, name_of, run = CHANGES[change]
    try:
        text, other = target.export(system), target.export(changed(system))
    except Unsupported:
        return
    before = target.simulate(text, system, RUN)
    after = target.simulate(other, changed(system), run)
    for name in before.names:
        old, new = before[name], after[name_of(name)]
        assert np.abs(new - old).max() <= 1e-6 * max(np.ptp(old), 1e-3 * np.abs(old).max(), 1e-9)
