"""Python: a module that needs NumPy alone, with one function that returns the derivatives."""

from __future__ import annotations

import keyword
import shutil
import subprocess
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from nullcline.errors import NotInstalled, SimulationError
from nullcline.expression import (
    Apply,
    Dialect,
    Node,
    Number,
    Spelling,
    operations,
    rebuild,
    symbols,
    write,
)
from nullcline.expression.write import INFIX, call
from nullcline.solver import integrate
from nullcline.system import Definition, Quantity, System
from nullcline.targets import Field, Target
from nullcline.targets.renaming import renamed
from nullcline.trajectory import Run, Trajectory

USED = ("__debug__", "_", "_erf", "_erfc", "ValueError", "float", "math", "np")
"""What the module itself calls by name."""

RESERVED = frozenset({*keyword.kwlist, *USED, "current_state", "t"})
GUIDE = {"local_coupling": "0.0", "stimulus": "None", "stimulus_scaling": "1.0"}
"""What callers of this form may pass to any model; one without such inputs refuses a value."""

MATH = ("erf", "erfc")
"""What NumPy lacks and Python's own math has, for one number at a time."""

_NUMPY = {
    **{n: n for n in ("exp", "expm1", "log", "log10", "log2", "log1p", "sqrt", "abs", "sign")},
    **{
        n: n for n in ("floor", "ceil", "mod", "where", "sin", "cos", "tan", "sinh", "cosh", "tanh")
    },
    **{f"a{n}": f"arc{n}" for n in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{"atan2": "arctan2", "min": "minimum", "max": "maximum"},
    **{"and": "logical_and", "or": "logical_or", "not": "logical_not"},
}
SPELLINGS: Mapping[str, Spelling] = {
    **INFIX,
    **{operation: call(f"np.{name}", operation) for operation, name in _NUMPY.items()},
    "pi": Spelling("np.pi"),
    "e": Spelling("np.e"),
    "time": Spelling("t"),
    "heaviside": Spelling("np.heaviside({0}, 0.5)"),
    "sigmoid": Spelling("1 / (1 + np.exp(-{0}))", INFIX["/"].precedence, (7,)),
    **{name: Spelling(f"_{name}({{0}})") for name in MATH},
    "indicator": Spelling("np.where({0}, 1.0, 0.0)"),
}


def names(system: System) -> dict[str, str]:
    """Every declared name with the name it has in the module."""
    return renamed(system.names, RESERVED.__contains__)


def function_name(system: System) -> str:
    """The model's name as an identifier."""
    plain = "".join(c if f"a{c}".isidentifier() else "_" for c in system.name) or "model"
    plain = plain if plain.isidentifier() else f"_{plain}"
    taken = {*keyword.kwlist, *USED, "INITIAL_STATE"}
    return renamed([plain], taken.__contains__)[plain]


def export(system: System) -> str:
    """The module's text, as `ruff format` leaves it."""
    return _formatted(_Module(system, names(system)).text())


@dataclass(frozen=True)
class _Module:
    """One system on its way to text."""

    system: System
    names: Mapping[str, str]

    def text(self) -> str:
        used = [name for name in MATH if name in self.system.operations]
        initial = ", ".join(repr(item.value) for item in self.system.states)
        order = ", ".join(item.name for item in self.system.states)
        title = self.system.description or "a model declared in Nullcline"
        lines = [
            f'"""{_prose(f"{self.system.name}: {title}")}"""',
            "",
            *(["import math", ""] if used else []),
            "import numpy as np",
            "",
            *[f"_{name} = np.vectorize(math.{name}, otypes=[float])" for name in used],
            f"INITIAL_STATE = np.array([{initial}])  # {order}",
            "",
            *self.signature(),
            *self.docstring(),
            *self.guard(),
            f"    {self.unpacking()} = np.asarray(current_state, dtype=float)",
            *self.conversion(),
            *self.definitions("Derived parameters", self.system.constants),
            *self.definitions("Derived variables", self.system.auxiliaries),
            "",
            *self.derivatives(),
        ]
        return "\n".join(lines) + "\n"

    @property
    def extras(self) -> dict[str, str]:
        """The arguments of the guide's form that this model does not declare itself."""
        taken = set(self.names.values())
        if "stimulus" in taken:
            taken.add("stimulus_scaling")
        return {name: default for name, default in GUIDE.items() if name not in taken}

    def signature(self) -> list[str]:
        arguments = [
            f"    {self.names[item.name]}={item.value!r},{_remark(item)}"
            for item in self.system.parameters + self.system.inputs
        ]
        extras = [f"    {name}={default}," for name, default in self.extras.items()]
        head = f"def {function_name(self.system)}("
        return [head, "    current_state,", "    t,", *arguments, *extras, "):"]

    def docstring(self) -> list[str]:
        order = ", ".join(self.names[item.name] for item in self.system.states)
        count = len(self.system.states)
        unit = f" in {_prose(self.system.time_unit)}" if self.system.time_unit else ""
        return [
            f'    """Return the time derivatives of {order}.',
            "",
            f"    `current_state` has the shape ({count},) or ({count}, points), `t` is the",
            f"    time{unit}; each other argument is a number or has the shape (points,).",
            '    """',
        ]

    def guard(self) -> list[str]:
        tests = {"local_coupling": "np.any(local_coupling)", "stimulus": "stimulus is not None"}
        unused = [test for name, test in tests.items() if name in self.extras]
        if not unused:
            return []
        words = " or ".join(name for name in tests if name in self.extras)
        message = f"{function_name(self.system)} has no {words}"
        return [f"    if {' or '.join(unused)}:", f'        raise ValueError("{message}")']

    def unpacking(self) -> str:
        states = [self.names[item.name] for item in self.system.states]
        used = self.system.needed
        shown = [
            name if item.name in used else "_"
            for name, item in zip(states, self.system.states, strict=True)
        ]
        return ", ".join(shown) if len(shown) > 1 else f"({shown[0]},)"

    def conversion(self) -> list[str]:
        """NumPy's float64 for every argument that is used: whole numbers would overflow, and
        Python's own quotients and powers raise or turn complex where NumPy has inf or NaN."""
        declared = self.system.parameters + self.system.inputs
        needed = self.system.needed
        used = [self.names[item.name] for item in declared if item.name in needed]
        shown = {*needed, *(item.name for item in self.system.derivatives)}
        if any("time" in operations(i.tree) for i in self.system.definitions if i.name in shown):
            used.append("t")
        if len(used) < 2:
            return [f"    {name} = np.asarray({name}, dtype=float)" for name in used]
        names = ", ".join(used)
        return [f"    {names} = (np.asarray(value, dtype=float) for value in ({names}))"]

    def definitions(self, title: str, items: tuple[Definition, ...]) -> list[str]:
        needed = self.system.needed
        lines = [
            line
            for item in items
            if item.name in needed
            for line in (
                *_comments(item),
                f"    {self.names[item.name]} = {self.equation(item.tree)}",
            )
        ]
        return ["", f"    # {title}", *lines] if lines else []

    def derivatives(self) -> list[str]:
        rows = []
        for item in self.system.derivatives:
            rows.append(f"        # d{item.name}/dt = {_prose(item.text or write(item.tree))}")
            rows.extend(f"        {line}" for line in _comments(item, state=True))
            rows.append(f"        {self.equation(item.tree)},")
        body = ["    [", *rows, "    ]"]
        if all(self._moves(item.tree) for item in self.system.derivatives):
            return ["    return np.array(", *body, "    )"]
        count = len(self.system.states)
        head = ["    return np.array(", "np.broadcast_arrays(*current_state, *"]
        return [*head, *body, f")[{count}:], dtype=float", "    )"]

    def _moves(self, tree: Node) -> bool:
        return not self.state_names.isdisjoint(symbols(tree))

    @cached_property
    def state_names(self) -> frozenset[str]:
        """The names whose value is an array: states and what depends on them."""
        found = {item.name for item in self.system.states}
        for item in self.system.auxiliaries:
            found |= {item.name} if found & set(symbols(item.tree)) else set()
        return frozenset(found)

    def equation(self, tree: Node) -> str:
        """The text of one equation."""
        return write(_floats(tree), Dialect("python", SPELLINGS, names=self.names))


def _floats(tree: Node) -> Node:
    """Whole numbers raised to powers as floats: NumPy cannot take Python's largest."""

    def change(node: Node) -> Node:
        if isinstance(node, Apply) and node.operation == "**":
            base, exponent = node.arguments
            if isinstance(base, Number):
                return Apply("**", (Number(float(base.value)), exponent))
        return node

    return rebuild(tree, change)


def _prose(text: str) -> str:
    """A stranger's words as one harmless line."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line.replace("\\", "\\\\").replace('"', "'")


def _remark(item: Quantity) -> str:
    words = ": ".join(_prose(part) for part in (item.unit, item.description) if part)
    return f"  # {words}" if words else ""


def _comments(item: Definition, state: bool = False) -> list[str]:
    unit = f"[{_prose(item.unit)}]" if item.unit else ""
    words = " ".join(part for part in (_prose(item.description or ""), unit) if part)
    return [f"    # {words}"] if words else []


def _formatted(text: str) -> str:
    ruff = shutil.which("ruff", path=sysconfig.get_path("scripts")) or shutil.which("ruff")
    if ruff is None:
        raise NotInstalled("ruff", what="the text of the target python")
    command = [ruff, "format", "--isolated", "--stdin-filename", "model.py", "-"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=False)
    if done.returncode:
        raise SimulationError(f"ruff cannot format the module: {done.stderr.decode()}")
    return done.stdout.decode()


def _loaded(text: str, system: System) -> tuple[Any, Any]:
    module: dict[str, Any] = {}
    exec(compile(text, f"<{system.name}>", "exec"), module)  # our own text, in its own engine
    return module[function_name(system)], module["INITIAL_STATE"]


def vector_field(text: str, system: System) -> Field:
    """The exported function as f(t, state, parameters), parameters by their declared names."""
    function, _ = _loaded(text, system)
    known = names(system)

    def field(t: float, state: Any, parameters: Mapping[str, Any]) -> Any:
        with np.errstate(all="ignore"):
            return function(state, t, **{known[name]: value for name, value in parameters.items()})

    return field


def simulate(text: str, system: System, run: Run) -> Trajectory:
    """Integrate the exported function with SciPy from its own initial state."""
    field, (_, initial) = vector_field(text, system), _loaded(text, system)
    states = tuple(item.name for item in system.states)
    start = np.array([run.initial.get(n, v) for n, v in zip(states, initial, strict=True)])
    values = {**run.parameters, **run.inputs}
    return integrate(lambda t, state: field(t, state, values), states, start, run)


TARGET = Target(
    name="python",
    title="Python function over NumPy",
    media_type="text/x-python",
    suffix=".py",
    export=export,
    simulate=simulate,
    vector_field=vector_field,
    names=names,
    requires=("numpy",),
    reserved=RESERVED,
)
