"""Every solver of the sweep engine, none named, through the conformance harness like a target."""

import os
import secrets
from dataclasses import replace

import numpy as np
import pytest
from campaign import CHUNK, Tally, campaign
from engine_targets import ENGINES, engine_target
from library_runs import LIBRARY, RUNS, library

from nullcline import Dynamics, Run
from nullcline.conformance import Outcome, check
from nullcline.engine import SOLVERS, fast, register
from nullcline.engine.codes import CODES

THOROUGH = bool(os.environ.get("NULLCLINE_THOROUGH"))
CHUNKS = 1_000 // CHUNK if THOROUGH else 1
EVERY = 1 if THOROUGH else 8
PAIRS = [
    (solver, name)
    for place, solver in enumerate(ENGINES)
    for name in LIBRARY[place * EVERY // len(ENGINES) :: EVERY]
]
"""Every day each solver has an eighth of the library, no two the same."""

ACHIEVED = 2e-8
"""What every solver keeps of a library run at rtol 1e-11, in units of a variable's range."""
HARDER = {"robertson.yaml": 1e-6}
"""Robertson's x2 ranges over 4e-5 and is asked for to 1e-13 in each of many thousand steps."""


def test_no_solver_is_left_out():
    assert {"auto", *ENGINES} == set(SOLVERS)
    assert set(fast.METHODS) <= set(ENGINES)


@pytest.mark.parametrize(("solver", "name"), PAIRS)
def test_library_models_conform(solver, name):
    target = engine_target(solver, tolerance=HARDER.get(name, ACHIEVED))
    verdict = check(target, library(name).system(), RUNS[name])
    assert verdict.outcome == Outcome.CONFORMS, f"{verdict.reason}\n{verdict.text}"
    assert verdict.informative


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_generated_models_conform(chunk, record_property):
    """The same models every day, 1,000 new ones in a thorough run; counts are shown at its end."""
    tally = Tally()
    count = CHUNK if THOROUGH else CHUNK // 2
    targets = [ENGINES[name] for name in ENGINES if THOROUGH or name in fast.METHODS]
    campaign(tally, targets, count, secrets.randbits(32) if THOROUGH else 100 + chunk)
    record_property("campaign", dict(tally.counts))
    assert len(tally.models) > 0.7 * count
    assert not tally.wrong, "\n\n".join(tally.wrong)
    assert not [what for what in tally.counts if "unsupported" in what]


FAULTY = Dynamics(
    "Faulty",
    parameters={"a": 1.3, "b": 0.7},
    derived_parameters={"c": {"equation": "a/b"}},
    derived_variables={"w": {"equation": "c*x - y"}},
)
FAULTY.add_state_variable("x", "y + 0.1*w - exp(-b*t)*x", 0.5)
FAULTY.add_state_variable("y", "where(x > 0.2, a, b) - x*y + w/(1 + x**2)", 0.3)
FAULTY_RUN = Run(4.0, 0.1)


def rewritten(section, operations, change):
    """A section whose first instruction of one of these operations is changed."""

    def planted(code):
        instructions = getattr(code, section).copy()
        numbers = [CODES[name] for name in operations]
        row = int(np.flatnonzero(np.isin(instructions[:, 0], numbers))[0])
        instructions[row] = change(instructions[row].tolist())
        return replace(code, **{section: instructions})

    return planted


def swapped(instruction):
    op, result, a, b, c = instruction
    return op, result, b, a, c


def opcode(name):
    return lambda instruction: (CODES[name], *instruction[1:])


def without_place(name):
    """The program reads the declared number, whatever a point's own is."""
    return lambda code: replace(
        code, places={key: value for key, value in code.places.items() if key != name}
    )


FAULTS = {
    "operands of a quotient are swapped": rewritten("field", ["/"], swapped),
    "operands of a comparison are swapped": rewritten("field", [">"], swapped),
    "a sum is a difference": rewritten("field", ["+", "a*b+c"], opcode("-")),
    "a product is a sum": rewritten("field", ["*"], opcode("+")),
    "c - a*b is a*b - c": rewritten("field", ["c-a*b"], opcode("a*b-c")),
    "exp is expm1": rewritten("field", ["exp"], opcode("expm1")),
    "a quotient of parameters is upside down": rewritten("prologue", ["/"], swapped),
    "what depends on parameters alone is never computed": lambda code: replace(
        code, prologue=code.prologue[:0]
    ),
    "a changed parameter is not heard of": without_place("b"),
    "a changed initial value is not heard of": without_place("y"),
    "derivatives are in each other's place": lambda code: replace(
        code, derivatives=code.derivatives[::-1].copy()
    ),
    "the time is a parameter": rewritten("field", ["*"], lambda given: (*given[:3], 3, 0)),
}


def test_the_model_for_faults_conforms():
    for name in fast.METHODS:
        assert check(ENGINES[name], FAULTY.system(), FAULTY_RUN).outcome == Outcome.CONFORMS


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("claim", ["both", "path alone"])
def test_a_fault_in_the_program_deviates(fault, claim, monkeypatch):
    whole = register.program
    monkeypatch.setattr(register, "program", lambda *given: FAULTS[fault](whole(*given)))
    target = engine_target(next(iter(fast.METHODS)))
    if claim == "path alone":
        target = replace(target, vector_field=None)
    verdict = check(target, FAULTY.system(), FAULTY_RUN)
    assert verdict.outcome == Outcome.DEVIATES, verdict.reason
