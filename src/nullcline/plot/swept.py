"""What a sweep's Dataset holds for a picture: its axes, features, outputs, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nullcline.engine import STATUSES
from nullcline.expression import nearest
from nullcline.trajectory import Array

TIME, POINT = "time", "point"
_AROUND = frozenset({"status", "reached", "steps"})
"""What a sweep says about its points, beside what was computed."""


def is_dataset(data: Any) -> bool:
    """Whether these are the data of an xarray.Dataset, without importing xarray."""
    return all(hasattr(data, name) for name in ("data_vars", "coords", "dims", "attrs"))


@dataclass(frozen=True)
class SweptData:
    """A Dataset as `Dynamics.sweep` gives it, or what is left of one after a selection."""

    data: Any

    @property
    def sampled(self) -> bool:
        """Whether the points are a list (zipped, drawn at random) rather than a grid."""
        return POINT in self.data.dims

    @cached_property
    def axes(self) -> tuple[str, ...]:
        """The names of what was swept."""
        if self.sampled:
            coords = self.data.coords.items()
            return tuple(str(n) for n, item in coords if item.dims == (POINT,) and n != POINT)
        first = "status" if "status" in self.data else next(iter(self.data.data_vars), None)
        dims = self.data.dims if first is None else self.data[first].dims
        return tuple(str(name) for name in dims if name != TIME)

    @property
    def fixed(self) -> dict[str, float]:
        """The swept names of which one value was chosen, with that value."""
        coords = self.data.coords.items()
        return {str(n): float(item) for n, item in coords if item.dims == () and n != TIME}

    @cached_property
    def outputs(self) -> tuple[str, ...]:
        """The variables of which the samples over time were kept."""
        return tuple(str(n) for n, item in self.data.data_vars.items() if TIME in item.dims)

    @cached_property
    def features(self) -> tuple[str, ...]:
        """What was measured of each point: the data without time."""
        known = _AROUND | set(self.outputs)
        return tuple(str(name) for name in self.data.data_vars if name not in known)

    def feature(self, name: str | None = None) -> str:
        """The name of a feature (`amplitude_x`, or `amplitude:x`), or of the only one.

        Raises ValueError for an unknown one, with the nearest there is.
        """
        if not self.features:
            raise ValueError("the sweep has no features; sweep again with features=[...]")
        if name is None:
            if len(self.features) > 1:
                raise ValueError(f"say which feature is meant: {', '.join(self.features)}")
            return self.features[0]
        return _known(name.replace(":", "_"), name, self.features, "feature")

    def output(self, name: str) -> str:
        """The name of an output; ValueError for an unknown one, with the nearest there is."""
        return _known(name, name, self.outputs, "output")

    def axis(self, name: str) -> str:
        """The name of a swept quantity; ValueError for an unknown one, with the nearest."""
        return _known(name, name, self.axes, "axis")

    def values(self, name: str) -> Array:
        """The values of an axis (grid), or of each point (list); ValueError for words."""
        try:
            found: Array = np.asarray(self.data[name].values, dtype=float)
        except (TypeError, ValueError):
            raise ValueError(f"the values of the axis `{name}` are not numbers") from None
        return found

    def over(self, name: str, *axes: str) -> Array:
        """A feature (or `status`) as an array with these axes, in this order."""
        found: Array = self.data[name].transpose(*axes).values
        return found

    def status(self, *axes: str) -> NDArray[np.str_]:
        """How each point ended, in words, with these axes; all "finished" where nothing is said."""
        if "status" not in self.data:
            shape = tuple(self.data.sizes[axis] for axis in axes)
            return np.full(shape, STATUSES[0])
        said = self.data["status"].attrs
        words = said.get("flag_meanings", " ".join(word.replace(" ", "_") for word in STATUSES))
        words = [word.replace("_", " ") for word in words.split()]
        flags = np.atleast_1d(said.get("flag_values", range(len(words)))).tolist()
        meaning = dict(zip(flags, words, strict=True))
        codes = self.over("status", *axes)
        return np.array([meaning.get(code, "unknown") for code in codes.ravel()]).reshape(
            codes.shape
        )


def gaps(values: Array, status: NDArray[np.str_]) -> dict[str, NDArray[np.bool_]]:
    """Why values are missing: for each reason, where it holds; none where all is well."""
    found = {
        str(word): status == word for word in np.unique(status) if word not in ("finished", "")
    }
    undefined = ~np.isfinite(values) & (status == "finished")
    if undefined.any():
        found["no value"] = undefined
    return found


def _known(name: str, said: str, names: Iterable[str], what: str) -> str:
    names = tuple(names)
    if name in names:
        return name
    there = f"there is {', '.join(names)}" if names else "there is none"
    article = "an" if what[0] in "aeiou" else "a"
    raise ValueError(
        f"`{said}` is not {article} {what} of the sweep{nearest(name, names)}; {there}"
    )
