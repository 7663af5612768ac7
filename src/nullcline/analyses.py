"""What can be asked of a model beside its trajectories: the verbs of Dynamics that answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nullcline.system import System

if TYPE_CHECKING:
    import xarray as xr

    from nullcline.continuation import Box, Continuation, Equilibrium


class Analyses:
    """The analyses of whatever has a System."""

    __slots__ = ()

    def system(self) -> System:
        """The System that is analysed."""
        raise NotImplementedError

    def _domains(self) -> Box:
        """The declared (low, high) of each state variable that has them."""
        raise NotImplementedError

    def sweep(
        self,
        over: Mapping[str, Any],
        duration: float,
        sampling: float | None = None,
        *,
        features: str | Sequence[str] | Mapping[str, str] = (),
        parameters: Mapping[str, float] | None = None,
        backend: Any = None,
        progress: Any = None,
        out: str | Path | None = None,
        resume: bool = False,
        **more: Any,
    ) -> xr.Dataset:
        """Simulate at every combination of the numbers in `over`; see docs/sweeps.md.

        `over` names parameters, inputs or states (their initial values). Trajectories are kept
        if `sampling` is given or no `features` are. `more` are the other fields of
        `nullcline.sweep.Request` (outputs, after, method, n, seed, solver, machine, rtol, atol,
        chunk) and fixed values by name, as are `parameters`. `out` is a file; a .zarr one is filled
        chunk by chunk and can be resumed. Times are in the model's time unit. Raises ModelError
        with every problem before anything runs.
        """
        from nullcline.sweep import Request, sweep

        known = {name: more.pop(name) for name in Request.OPTIONS & more.keys()}
        values = [*(parameters or {}).items(), *more.items()]
        request = Request(over, duration, sampling, features, values=values, **known)
        given = {"backend": backend, "progress": progress, "out": out, "resume": resume}
        return sweep(self.system(), request, **given)

    def sensitivity(
        self, over: Mapping[str, Any] | None = None, *, feature: str, duration: float, **more: Any
    ) -> xr.Dataset:
        """How much each number in `over` matters for a feature; see docs/sensitivity.md.

        `over` gives (low, high) or (low, high, "log") by name (None: the declared domains). `more`
        are method ("sobol", "morris", "fast"), n, seed, and what `sweep` takes. Raises
        SimulationError where a point has no value: nothing is filled in.
        """
        from nullcline.sensitivity import declared, sensitivity

        ranges = declared(self) if over is None else over
        return sensitivity(self.system(), ranges, feature, duration, **more)

    def local_sensitivity(
        self,
        parameters: str | Iterable[str] | None,
        duration: float,
        sampling: float | None = None,
        **changes: float,
    ) -> xr.Dataset:
        """The derivatives of the states by parameters (None: all) over time, as a Dataset."""
        from nullcline.sensitivity.local import local_sensitivity

        return local_sensitivity(self.system(), parameters, duration, sampling, changes)

    def equilibria(
        self, box: Box | None = None, values: Mapping[str, float] | None = None, **changes: float
    ) -> tuple[Equilibrium, ...]:
        """The equilibria found in a box, {state: (low, high)}, by default the declared domains;
        `values` and `changes` are parameters or inputs."""
        from nullcline.continuation import equilibria

        where = self._domains() if box is None else box
        return equilibria(self.system(), {**(values or {}), **changes}, where)

    def continuation(
        self,
        parameter: str,
        low: float,
        high: float,
        box: Box | None = None,
        values: Mapping[str, float] | None = None,
        **changes: float,
    ) -> Continuation:
        """The branches of equilibria over a parameter or input, with folds and Hopf points;
        `box` is where the equilibria are searched from which branches start."""
        from nullcline.continuation import continuation

        where = self._domains() if box is None else box
        given = {**(values or {}), **changes}
        return continuation(self.system(), parameter, low, high, given, where)
