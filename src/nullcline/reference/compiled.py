"""A System's derivatives as a Python function over floats: the reference's own small compiler.

The function is built of syntax trees, a statement a step; no text is read or run, and no name or
text of a model is in it. Comparing it with the plain walk of the trees is a matter of tests.
"""

from __future__ import annotations

import ast
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

from nullcline.reference.functions import FUNCTIONS
from nullcline.reference.steps import Step, Steps, steps_of
from nullcline.system import System

OPERATORS = {"+": ast.Add, "-": ast.Sub, "*": ast.Mult}
COMPARISONS = {
    **{"<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE},
    **{"==": ast.Eq, "!=": ast.NotEq},
}
LOGIC = {"and": ast.And, "or": ast.Or}

Rates = Callable[[float, Sequence[float]], tuple[float, ...]]
"""f(t, states) -> derivatives, all of them floats."""


@dataclass(frozen=True)
class Compiled:
    """A System's steps, and code that gives its derivatives from the values of the fixed steps.

    Steps that depend on no state and on no time are computed once a run, by `fixing`.
    """

    steps: Steps
    fixed: tuple[int, ...]
    fixing: CodeType
    moving: CodeType
    quantities: tuple[str, ...]

    def rates(
        self, values: Mapping[str, float], functions: Mapping[str, Callable[..., Any]] = FUNCTIONS
    ) -> Rates:
        """The derivatives for these parameters and inputs, all of which must be given."""
        named = _named(functions)
        given = tuple(float(values[name]) for name in self.quantities)
        fixed = FunctionType(self.fixing, named)(*given)
        return FunctionType(self.moving, named, "rates", fixed)


def compiled(system: System) -> Compiled:
    """The System's code; made once for each object, and kept as long as that."""
    known = _kept.get(id(system))
    if known is None:
        weakref.finalize(system, _kept.pop, id(system), None)
        known = _kept[id(system)] = _compiled(system)
    return known


_kept: dict[int, Compiled] = {}


def _compiled(system: System) -> Compiled:
    steps = steps_of(system)
    states = {item.name: index for index, item in enumerate(system.states)}
    quantities = tuple(item.name for item in system.parameters + system.inputs)
    used = {each for number in steps.moving for each in steps.steps[number].arguments}
    fixed = tuple(sorted((used | {*steps.derivatives}) - steps.moving))
    inputs = {name: f"p{index}" for index, name in enumerate(quantities)}
    every = range(len(steps.steps))
    fixing = [_assigned(steps, n, inputs) for n in every if n not in steps.moving]
    names = {name: f"y{index}" for name, index in states.items()}
    moving: list[ast.stmt] = [_unpacked([names[item.name] for item in system.states])]
    moving += [_assigned(steps, n, names) for n in every if n in steps.moving]
    return Compiled(
        steps,
        fixed,
        _code([*inputs.values()], fixing, fixed),
        _code(["t", "y", *(f"v{number}" for number in fixed)], moving, steps.derivatives),
        quantities,
    )


def _named(functions: Mapping[str, Callable[..., Any]]) -> dict[str, Any]:
    """The functions under names that Python can say."""
    names = {_callee(operation): function for operation, function in functions.items()}
    return names | {"__builtins__": {}}


def _callee(operation: str) -> str:
    return f"f{list(FUNCTIONS).index(operation)}"


def _read(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def _code(arguments: list[str], body: list[ast.stmt], results: Iterable[int]) -> CodeType:
    """The code of a function of these arguments, whose results are those steps."""
    given = ast.Tuple([_read(f"v{number}") for number in results], ast.Load())
    module = ast.parse("def rates(): ...")
    function = module.body[0]
    assert isinstance(function, ast.FunctionDef)
    function.args.args = [ast.arg(name) for name in arguments]
    function.body = [*body, ast.Return(given)]
    code = compile(ast.fix_missing_locations(module), "<reference>", "exec", dont_inherit=True)
    return next(each for each in code.co_consts if isinstance(each, CodeType))


def _unpacked(names: list[str]) -> ast.stmt:
    target = ast.Tuple([ast.Name(name, ast.Store()) for name in names], ast.Store())
    return ast.Assign([target], _read("y"))


def _assigned(steps: Steps, number: int, names: Mapping[str, str]) -> ast.stmt:
    value = _value(steps.steps, steps.steps[number], names)
    return ast.Assign([ast.Name(f"v{number}", ast.Store())], value)


def _value(steps: tuple[Step, ...], step: Step, names: Mapping[str, str]) -> ast.expr:
    """The expression of one step over the results of earlier ones."""
    operation, arguments = step.operation, [_read(f"v{each}") for each in step.arguments]
    match operation:
        case "number":
            return ast.Constant(step.of)
        case "name":
            return _read(names[str(step.of)])
        case "time":
            return _read("t")
        case "neg":
            return ast.UnaryOp(ast.USub(), *arguments)
        case "not":
            return ast.UnaryOp(ast.Not(), *arguments)
        case "where":
            return ast.IfExp(arguments[0], arguments[1], arguments[2])
        case "indicator":
            return ast.IfExp(arguments[0], ast.Constant(1.0), ast.Constant(0.0))
        case "**" if steps[step.arguments[1]] == Step("number", of=2.0):
            return ast.Call(_read(_callee("square")), arguments[:1], [])
    if operation in OPERATORS:
        return ast.BinOp(arguments[0], OPERATORS[operation](), arguments[1])
    if operation in COMPARISONS:
        return ast.Compare(arguments[0], [COMPARISONS[operation]()], arguments[1:])
    if operation in LOGIC:
        return ast.BoolOp(LOGIC[operation](), arguments)
    return ast.Call(_read(_callee(operation)), arguments, [])
