"""What can go wrong for a user, and how that is said: places, problems, and their exceptions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import wraps
from importlib.util import find_spec
from typing import ParamSpec, TypeVar

from nullcline.host.printing import escaped, in_line

Path = tuple[str | int, ...]

EXTRAS = {
    "matplotlib": "plot",
    "latex2mathml": "html",
    **dict.fromkeys(("pyrates", "pandas"), "pyrates"),
    "zarr": "zarr",
    "SALib": "sensitivity",
    **dict.fromkeys(("dask", "distributed"), "dask"),
    **dict.fromkeys(("jax", "diffrax", "equinox", "optimistix", "lineax"), "jax"),
    **dict.fromkeys(("rdflib", "pyshacl"), "rdf"),
    "pint": "units",
    **dict.fromkeys(("libsbml", "roadrunner"), "sbml"),
    **dict.fromkeys(("linkml", "jsonschema"), "schema"),
}
"""The extra of ours that installs a package, by the name that is imported."""


@dataclass(frozen=True)
class Place:
    """Where something stands: in a file (line and column from 1) or in a graph (the IRI of the
    nearest node), and in the model (path)."""

    path: Path = ()
    file: str | None = None
    line: int | None = None
    column: int | None = None
    node: str | None = None

    def __str__(self) -> str:
        position = [str(part) for part in (self.file, self.line, self.column) if part is not None]
        inside = "/".join(str(part) for part in self.path)
        node = f"<{self.node}>" if self.node else ""
        return ": ".join(part for part in (":".join(position), node, inside) if part)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: a sentence, where it is, and what to do about it.

    As a text it is one line, in which what a terminal would act on stands as its code.
    """

    message: str
    place: Place = Place()
    hint: str | None = None

    def __str__(self) -> str:
        where = f"{self.place}: " if str(self.place) else ""
        return in_line(f"{where}{self.message}" + (f"; {self.hint}" if self.hint else ""))


class NullclineError(Exception):
    """Anything that a user can cause and mend; its text is a sentence, never a traceback.

    What a stranger's file brought into the text is escaped as soon as it is shown.
    """

    def __str__(self) -> str:
        return escaped(super().__str__())


class ModelError(NullclineError):
    """A model that cannot be used; holds every problem found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ExpressionError(NullclineError):
    """A text that is not an equation; holds the text and each (column from 1, message)."""

    def __init__(self, text: str, faults: Iterable[tuple[int, str]]) -> None:
        self.text = text
        self.faults = tuple(faults)
        super().__init__("; ".join(self.sentences()))

    def sentences(self) -> list[str]:
        """One sentence a fault, with the column and the part of the text around it."""
        return [
            f"{message} (column {column} of `{self._near(column)}`)"
            for column, message in self.faults
        ]

    def _near(self, column: int, width: int = 60) -> str:
        text = " ".join(self.text[max(0, column - width) : column + width].split("\n"))
        return text if len(self.text) <= 2 * width else f"…{text}…"


class Unsupported(NullclineError):
    """Something that a model says and a target (or Nullcline itself) cannot express."""

    def __init__(self, feature: str, target: str | None = None, place: Place | None = None) -> None:
        self.feature, self.target, self.place = feature, target, place
        by = f"the target {target}" if target else "Nullcline"
        where = f"{place}: " if place and str(place) else ""
        super().__init__(f"{where}{by} cannot express {feature}")

    def at(self, place: Place) -> Unsupported:
        """The same, with the place where the model says it."""
        return Unsupported(self.feature, self.target, place)


class NotRun(NullclineError):
    """An engine that is not asked, and why: what it would be asked for is beyond it."""


class SimulationError(NullclineError):
    """An engine that could not do what was asked of it; holds what the engine said."""


def installing(packages: Iterable[str]) -> str:
    """The end of a sentence about packages that are missing: how our extras install them; empty
    where they are of none, as a compiler is."""
    extras = dict.fromkeys(EXTRAS[name] for name in packages if name in EXTRAS)
    return f": pip install 'nullcline[{','.join(extras)}]'" if extras else ""


class NotInstalled(ModuleNotFoundError):
    """Packages that are not there; its text is a sentence that says how to install them."""

    def __init__(self, *packages: str, what: str = "this") -> None:
        *others, last = packages
        names = f"{', '.join(others)} and {last}" if others else last
        which = "packages {}, which are" if others else "package {}, which is"
        cure = installing(packages) or f": pip install {' '.join(packages)}"
        said = f"{what} needs the {which.format(names)} not installed{cure}"
        super().__init__(said, name=packages[0])

    @classmethod
    def of(cls, error: ImportError, what: str = "this") -> ImportError:
        """The same for what an import raised; the error itself where no package of others lacks."""
        package = (error.name or "").partition(".")[0]
        if not isinstance(error, ModuleNotFoundError) or isinstance(error, cls):
            return error
        return error if package in {"", "nullcline"} else cls(package, what=what)


def require(*packages: str, what: str = "this") -> None:
    """Raise NotInstalled where packages cannot be found; none is imported."""
    if missing := [name for name in packages if not _there(name)]:
        raise NotInstalled(*missing, what=what)


P = ParamSpec("P")
T = TypeVar("T")


def needing(*packages: str, what: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A decorator of functions that raise NotInstalled where packages cannot be found."""

    def decorated(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def checked(*arguments: P.args, **named: P.kwargs) -> T:
            require(*packages, what=what)
            return function(*arguments, **named)

        return checked

    return decorated


def _there(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except (ValueError, ImportError):  # it is set to None in sys.modules
        return False


def located(problem: Problem, place: Place) -> Problem:
    """The problem, moved to a place that is known better."""
    return replace(problem, place=place)


def unexpected(error: Exception, file: str) -> Problem:
    """What to say of a file at which a check ended as it never should; the others go on."""
    if isinstance(error, ModuleNotFoundError):
        return Problem(str(NotInstalled.of(error)), Place(file=file))
    said = f"Nullcline did not expect this file: {type(error).__name__}: {short(str(error), 200)}"
    return Problem(said, Place(file=file), "please report it with the file")


def short(text: str, most: int = 60) -> str:
    """A text in a sentence: the beginning of one that is too long."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def counted(number: int, what: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {what}{'' if number == 1 else 's'}"
