"""What can be asked of a model: the verbs of Dynamics that answer by computing."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nullcline.errors import ModelError, Problem
from nullcline.expression import normal
from nullcline.system import System
from nullcline.trajectory import Run, amount

if TYPE_CHECKING:
    import xarray as xr

    from nullcline.continuation import Box, Continuation, Equilibrium
    from nullcline.result import Trajectory

    Progress = Callable[[int, int], None]

Numbers = Mapping[str, float] | None
"""Parameters, inputs or initial values by name."""


class Analyses:
    """The analyses of whatever has a System."""

    __slots__ = ()

    def system(self) -> System:
        """The System that is analysed."""
        raise NotImplementedError

    def _domains(self) -> Box:
        """The declared (low, high) of each state variable that has them."""
        raise NotImplementedError

    def simulate(
        self,
        duration: float,
        sampling: float | None = None,
        *,
        after: float = 0.0,
        solver: str = "auto",
        rtol: float = 1e-9,
        atol: float | None = None,
        parameters: Numbers = None,
        initial: Numbers = None,
        inputs: Numbers = None,
        **changes: float,
    ) -> Trajectory:
        """Simulate on the built-in engine; times are in the model's time unit.

        `sampling` is a thousandth of `duration` unless given; what comes before `after` is left
        out. `solver` "auto" is SciPy's DOP853, or Radau where the model is stiff, with conditions
        on states located; the others are those of `sweep`: "dp5", "dop853", "rodas". `changes` are
        parameters, inputs or initial values by name; one named like a keyword goes into
        `parameters`, `initial` or `inputs`. Warns with RunStopped of a run that ends early.
        """
        from nullcline.engine import simulate
        from nullcline.result import RunStopped, Trajectory

        system = self.system()
        fixed = pairs(changes, parameters, initial, inputs)
        given = system.sorted_values(fixed, options(Analyses.simulate))
        duration = amount("duration", duration)
        every = duration / 1000 if sampling is None else amount("sampling", sampling)
        run = Run(duration, every, **given, rtol=rtol, atol=atol)
        found = Trajectory.of(system, simulate(system, run, solver=solver), checked(after, run))
        if not found.finished:
            warnings.warn(found.stopped(duration), RunStopped, stacklevel=2)
        return found

    def sweep(
        self,
        over: Mapping[str, Any],
        duration: float,
        sampling: float | None = None,
        *,
        features: str | Sequence[str] | Mapping[str, str] = (),
        outputs: str | Sequence[str] | None = None,
        after: float = 0.0,
        method: str = "grid",
        n: int | None = None,
        seed: int = 0,
        solver: str = "auto",
        machine: str = "auto",
        rtol: float = 1e-6,
        atol: float | None = None,
        chunk: int | None = None,
        parameters: Numbers = None,
        backend: Any = None,
        progress: Progress | bool | None = None,
        out: str | Path | None = None,
        resume: bool = False,
        **changes: float,
    ) -> xr.Dataset:
        """Simulate at every combination of the numbers in `over`; see docs/sweeps.md.

        `over` names parameters, inputs or states (their initial values). Trajectories are kept
        if `sampling` is given or no `features` are. `changes`, and `parameters` where a name is a
        keyword too, are fixed values by name. Raises ModelError with every problem before anything
        runs.
        """
        from nullcline.sweep import Request, sweep

        system = self.system()
        fixed = pairs(changes, parameters)
        points = (over, duration, sampling, features, outputs, after, method, n, seed)
        request = Request(*points, solver, machine, rtol, atol, chunk, fixed)
        return sweep(system, request, backend=backend, progress=progress, out=out, resume=resume)

    def sensitivity(
        self,
        over: Mapping[str, Any] | None = None,
        *,
        feature: str,
        duration: float,
        after: float = 0.0,
        method: str = "sobol",
        n: int | None = None,
        seed: int = 0,
        solver: str = "auto",
        machine: str = "auto",
        rtol: float = 1e-6,
        atol: float | None = None,
        chunk: int | None = None,
        parameters: Numbers = None,
        backend: Any = None,
        progress: Progress | bool | None = None,
        **changes: float,
    ) -> xr.Dataset:
        """How much each number in `over` matters for a feature; see docs/sensitivity.md.

        `over` gives (low, high) or (low, high, "log") by name (None: the declared domains);
        `method` is "sobol", "morris" or "fast", `n` its number of samples. The rest is as in
        `sweep`. Raises SimulationError where a point has no value: nothing is filled in.
        """
        from nullcline.sensitivity import declared, sensitivity
        from nullcline.sweep import Request

        system, ranges = self.system(), declared(self) if over is None else over
        fixed = pairs(changes, parameters)
        asked = Request(ranges, duration, features=feature, after=after, values=fixed)
        asked = replace(asked, solver=solver, machine=machine, rtol=rtol, atol=atol, chunk=chunk)
        more = {"backend": backend, "progress": progress}
        return sensitivity(system, asked, method=method, n=n, seed=seed, **more)

    def local_sensitivity(
        self,
        parameters: str | Iterable[str] | None,
        duration: float,
        sampling: float | None = None,
        *,
        rtol: float = 1e-9,
        atol: float | None = None,
        values: Numbers = None,
        **changes: float,
    ) -> xr.Dataset:
        """The derivatives of the states by parameters (None: all) over time, as a Dataset.

        `changes`, and `values` where a name is a keyword too, are numbers of the model by name.
        """
        from nullcline.sensitivity.local import local_sensitivity

        system = self.system()
        given = system.sorted_values(pairs(changes, values), options(Analyses.local_sensitivity))
        duration = amount("duration", duration)
        every = duration / 1000 if sampling is None else amount("sampling", sampling)
        run = Run(duration, every, **given, rtol=rtol, atol=atol)
        names = [parameters] if isinstance(parameters, str) else parameters
        known = None if names is None else [normal(name) for name in names]
        return local_sensitivity(system, known, run)

    def equilibria(
        self, box: Box | None = None, values: Numbers = None, **changes: float
    ) -> tuple[Equilibrium, ...]:
        """The equilibria found in a box, {state: (low, high)}, by default the declared domains;
        `values` and `changes` are parameters or inputs."""
        from nullcline.continuation import equilibria

        where = self._domains() if box is None else box
        system, given = self._fixed(Analyses.equilibria, changes, values)
        return equilibria(system, given, _normal(where))

    def continuation(
        self,
        parameter: str,
        low: float,
        high: float,
        box: Box | None = None,
        values: Numbers = None,
        **changes: float,
    ) -> Continuation:
        """The branches of equilibria over a parameter or input, with folds and Hopf points;
        `box` is where the equilibria are searched from which branches start."""
        from nullcline.continuation import continuation

        where = self._domains() if box is None else box
        system, given = self._fixed(Analyses.continuation, changes, values)
        return continuation(system, normal(parameter), low, high, given, _normal(where))

    def _fixed(
        self, verb: Callable[..., Any], *sections: Numbers
    ) -> tuple[System, dict[str, float]]:
        """The System, and numbers by name; raises ModelError for what is wrong with them."""
        system = self.system()
        given = system.sorted_values(pairs(*sections), options(verb))
        return system, {**given["parameters"], **given["inputs"], **given["initial"]}


def _normal(box: Box) -> Box:
    """A box by the names as equations read them."""
    return {normal(name): ends for name, ends in box.items()}


def options(verb: Callable[..., Any]) -> list[str]:
    """The names that a verb has for its own arguments."""
    return [
        item.name
        for item in inspect.signature(verb).parameters.values()
        if item.kind is not item.VAR_KEYWORD and item.name != "self"
    ]


def pairs(*sections: Numbers) -> list[tuple[str, float]]:
    """What several mappings give, one after the other; raises ModelError for what is none."""
    for section in sections:
        if not isinstance(section, Mapping | None):
            hint = 'give numbers by name, such as {"mu": 2.0}'
            raise ModelError([Problem(f"{section!r:.60} gives no values by name", hint=hint)])
    return [pair for section in sections for pair in (section or {}).items()]


def checked(after: float, run: Run) -> float:
    """The time before which a run is left out; raises ModelError where that leaves nothing."""
    if not 0 <= after < run.duration:
        text = f"the run is to be shown after t = {after:g} of {run.duration:g}"
        raise ModelError([Problem(text, hint="it needs 0 <= after < duration")])
    return after
