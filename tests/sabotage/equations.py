"""Faults in the equations that are written, whatever the language they are written in."""

from __future__ import annotations

from nullcline.expression import Apply, Number, Symbol
from sabotage import trees as to
from sabotage.faults import in_system

ARITHMETIC = {
    "minus before power: -x**2 as (-x)**2": to.shaped("neg", to.unary),
    "power from the left: a**(b**c) as (a**b)**c": to.shaped("**", to.tower),
    "no bracket: a - (b - c) as a - b - c": to.shaped("-", to.difference),
    "no bracket: a/(b*c) as a/b*c": to.shaped("/", to.quotient),
    "no bracket: (a + b)*c as a + b*c": to.shaped("*", to.first_only),
    "no bracket: a*(b - c) as a*b - c": to.shaped("*", to.times),
    "integer division of literals": to.shaped("/", to.whole),
    "operands of - swapped": to.swapped("-"),
    "operands of / swapped": to.swapped("/"),
    "operands of ** swapped": to.swapped("**"),
    "x**2 as x*2": to.where("**", lambda a, b: Apply("*", (a, b))),
    "even power only: x**3 as |x|**3": to.where(
        "**", lambda a, b: Apply("**", (Apply("abs", (a,)), b))
    ),
    "a sign lost": to.where("neg", lambda a: a),
    "the last term dropped": to.rows(to.last_term),
    "a factor dropped": to.where("*", lambda a, b: b),
    "a term that is 0 at the defaults dropped": to.everywhere(
        lambda n: Number(0) if n == Symbol("c") else n
    ),
    "a default baked in": to.baked("b"),
    "two parameters of one default swapped": to.renamed(a="b", b="a"),
    "all parameters baked in": to.baked("a", "b", "c"),
    "right-hand sides in another order": to.rows(lambda trees: [*trees[1:], trees[0]]),
    "a derivative left at 0": to.rows(lambda trees: [*trees[:-1], Number(0)]),
    "every sign flipped": to.timescale(-1.0),
    "time in other units: 1000 times as fast": to.timescale(1000.0),
    "states swapped in the equations": to.renamed(x="y", y="x"),
}

LITERALS = {
    "literals in float32": to.numbers(to.float32),
    "literals in six digits": to.numbers(to.digits),
    "literals in fixed point: 1e-7 as 0.000000": to.numbers(lambda x: float(f"{x:f}")),
    "literals without their fraction": to.numbers(lambda x: float(int(x))),
    "defaults swapped": to.quantities("parameters", to.exchanged),
    "defaults in four digits": to.quantities("parameters", to.rounded("%.4g")),
    "defaults in float32": to.quantities("parameters", to.float32_values),
    "initial values swapped": to.quantities("states", to.exchanged),
    "initial values lost": to.quantities("states", to.zero_values),
    "initial values in four digits": to.quantities("states", to.rounded("%.4g")),
    "initial values in float32": to.quantities("states", to.float32_values),
}

BRANCHES = {
    "boundary: > as >=": to.where(">", to.other(">=")),
    "boundary: <= as <": to.where("<=", to.other("<")),
    "boundary: the mean of both branches": to.shaped("where", to.mean),
    "== never true": to.where("==", lambda a, b: to.apply("<", 1, 0)),
    "!= always true": to.where("!=", lambda a, b: to.apply("<", 0, 1)),
    "branches swapped": to.where("where", lambda c, p, q: Apply("where", (c, q, p))),
    "only the first branch": to.where("where", lambda c, p, q: p),
    "not dropped": to.where("not", lambda a: a),
    "and as or": to.where("and", to.other("or")),
    "min as max": to.where("min", to.other("max")),
    "max as min": to.where("max", to.other("min")),
    "a clamp dropped": to.shaped("min", to.unclamped),
    "heaviside(0) = 1": to.where("heaviside", to.step(">=")),
    "heaviside(0) = 0": to.where("heaviside", to.step(">")),
    "sign(0) = 1": to.where("sign", lambda x: to.apply("where", to.apply("<", x, 0), -1, 1)),
    "mod with the sign of its dividend": to.where("mod", to.fmod),
    "floor as truncation": to.where("floor", to.truncated),
    "floor as rounding": to.where("floor", lambda x: to.apply("floor", to.apply("+", x, 0.5))),
    "abs dropped": to.where("abs", lambda x: x),
}

FUNCTIONS = {
    "log as log10": to.where("log", to.other("log10")),
    "log10 as log": to.where("log10", to.other("log")),
    "log2 as log": to.where("log2", to.other("log")),
    "log1p as log": to.where("log1p", to.other("log")),
    "expm1 as exp": to.where("expm1", to.other("exp")),
    "degrees": to.where("sin", to.degrees),
    "sin as cos": to.where("sin", to.other("cos")),
    "asin as sin": to.where("asin", to.other("sin")),
    "atan2 with its arguments swapped": to.swapped("atan2"),
    "tanh as tan": to.where("tanh", to.other("tan")),
    "sigmoid of the other sign": to.where(
        "sigmoid", lambda x: Apply("sigmoid", (Apply("neg", (x,)),))
    ),
    "sqrt dropped": to.where("sqrt", lambda x: x),
    "pi as 3.1416": to.where("pi", lambda: Number(3.1416)),
    "e as 2.71828": to.where("e", lambda: Number(2.71828)),
}

DERIVED = {
    "derived parameters frozen at the defaults": to.frozen,
    "a derived variable dropped": to.everywhere(lambda n: Number(0) if n == Symbol("q1") else n),
    "a derived variable read before it is computed": to.late,
    "equal parameters swapped below a derived one": to.renamed(a="b", b="a"),
}

NAMES = {
    "gamma and gamma_ become one": to.renamed(gamma_="gamma"),
    "a parameter e read as the number": to.shadowed("e", "e"),
    "a parameter pi read as the number": to.shadowed("pi", "pi"),
    "a parameter t read as the time": to.shadowed("t", "time"),
    "a parameter I lost": to.everywhere(lambda n: Number(1) if n == Symbol("I") else n),
}

CLOCK = {
    "the time stands still": to.where("time", lambda: Number(0)),
    "the time in other units": to.where("time", lambda: to.apply("*", Apply("time"), 1000)),
    "a step's index for the time": to.where(
        "time", lambda: to.apply("/", to.apply("floor", to.apply("*", Apply("time"), 100)), 100)
    ),
}

PULSE = {
    "an event in time dropped": to.where("where", lambda c, p, q: q),
    "an event in time that never ends": to.where("and", lambda a, b: a),
    "an event in time that comes late": to.numbers(lambda x: 0.51 if x == 0.5 else x),
    "a limit dropped": to.where("min", lambda a, b: a),
}

INPUTS = {
    "an input dropped": to.everywhere(lambda n: Number(0) if n == Symbol("c") else n),
    "inputs swapped": to.renamed(c="d", d="c"),
    "an input's default baked in": to.baked("d"),
}

ERF = {
    "erf as erfc": to.where("erf", to.other("erfc")),
    "erf as tanh": to.where("erf", to.other("tanh")),
}

NAN = {
    "min that swallows NaN": to.where(
        "min", lambda a, b: to.apply("where", to.apply("<", a, b), a, b)
    ),
}
EQUATION_FAULTS = (
    *(in_system(name, "arithmetic", change) for name, change in ARITHMETIC.items()),
    *(in_system(name, "literals", change) for name, change in LITERALS.items()),
    *(in_system(name, "branches", change) for name, change in BRANCHES.items()),
    *(in_system(name, "functions", change) for name, change in FUNCTIONS.items()),
    *(in_system(name, "derived", change) for name, change in DERIVED.items()),
    *(in_system(name, "names", change) for name, change in NAMES.items()),
    *(in_system(name, "clock", change) for name, change in CLOCK.items()),
    *(in_system(name, "pulse", change) for name, change in PULSE.items()),
    *(in_system(name, "inputs", change) for name, change in INPUTS.items()),
    *(in_system(name, "erf", change) for name, change in ERF.items()),
    *(in_system(name, "not a number", change) for name, change in NAN.items()),
)
