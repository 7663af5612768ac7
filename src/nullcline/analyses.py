"""What can be asked of a model beside its trajectories: the verbs of Dynamics that answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from nullcline.system import System

if TYPE_CHECKING:
    import xarray as xr


class Analyses:
    """The analyses of whatever has a System."""

    __slots__ = ()

    def system(self) -> System:
        """The System that is analysed."""
        raise NotImplementedError

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
