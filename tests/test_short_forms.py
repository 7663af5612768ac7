"""What Python and a notebook show of models and results: a few lines, or an escaped table."""

import re

import numpy as np
import pytest

from nullcline import Dynamics, Trajectory, library
from nullcline.host.showing import LONGEST, MOST, lines, table

HOSTILE = "<b>\x1b[31m\u202e"


def test_a_model_shows_its_equations_and_numbers():
    assert repr(library.load("van_der_pol")).splitlines() == [
        "Dynamics VdP: Van der Pol oscillator",
        "  x' = z                    x(0) = 0.1",
        "  z' = mu*(1 - x**2)*z - x  z(0) = 0.0",
        "  parameters: mu = 1.0",
    ]
    axon = repr(library.load("hodgkin_huxley")).splitlines()
    assert axon[0].endswith("giant axon (time in ms)")
    assert axon[-1] == "  and 9 derived variables, 1 function"
    assert "V(0) = -65.0 mV" in axon[1]


@pytest.mark.parametrize("name", library.names())
def test_every_model_of_the_library_is_short(name):
    shown = repr(library.load(name)).splitlines()
    assert len(shown) <= MOST + 4
    assert all(len(line) <= LONGEST for line in shown)


def test_a_model_shows_itself_whatever_was_done_to_it():
    model = Dynamics("M", parameters={"k": None})
    model.add_state_variable("x", "-k*x", 1.0)
    model.state_variables["x"].equation = None
    model.state_variables["y"] = "-y"
    model.parameters["q"] = 3.0
    model.name = None
    assert repr(model).splitlines() == [
        "Dynamics None",
        "  x' = ?   x(0) = 1.0",
        "  y' = -y  y(0) = ?",
        "  parameters: k = ?, q = 3.0",
    ]
    assert repr(Dynamics("Empty")) == "Dynamics Empty\n  empty"


def test_a_model_of_many_states_says_how_many_more():
    model = Dynamics("Many")
    for index in range(100):
        model.add_state_variable(f"x{index}", f"-x{index}", 1.0)
    assert repr(model).splitlines()[-1] == "  and 88 state variables more"


def test_branches_and_equilibria_read():
    qif = library.load("qif_mean_field")
    found = qif.continuation("eta", -10, 5, box={"r": (0, 10)})
    assert [line[:20] for line in repr(found).splitlines()] == [
        "QIF: 1 branch over e",
        "  fold at eta = -5.7",
        "  fold at eta = -3.1",
    ]
    assert re.fullmatch(
        r"Branch\(\d+ points from -10 to 5, stable in part, with fold\)", repr(found.branches[0])
    )
    assert repr(found.points[0]).startswith("SpecialPoint(fold at -5.743527")
    page = found._repr_html_()
    assert page.count("<tr>") == 3
    assert "<caption>QIF: 1 branch over eta from -10 to 5</caption>" in page
    rest = qif.equilibria(box={"r": (0, 10)})
    assert repr(rest[1]).startswith("Equilibrium(r = 0.47")
    assert repr(rest[1]).endswith(": saddle)")
    assert "<caption>Equilibrium: saddle</caption>" in rest[1]._repr_html_()
    with pytest.raises(Exception, match="no state `R`; did you mean `r`"):
        rest[0]["R"]


def test_a_check_of_units_reads():
    pytest.importorskip("pint")
    model = Dynamics("M", parameters={"k": {"value": 1.0, "unit": "mV"}}, time_unit="ms")
    model.add_state_variable("x", "k*x", 1.0, unit="mV")
    found = model.check_units()
    head, fault = repr(found).splitlines()
    assert head.startswith("1 fault of units (")
    assert "state_variables/x" in fault
    assert "<td>fault</td>" in found._repr_html_()


def test_a_sweep_and_a_trajectory_read():
    model = Dynamics("Blow", parameters={"k": 1.0})
    model.add_state_variable("x", "k*x**2", 1.0)
    swept = model.sweep({"k": [0.1, 0.2, 1.0]}, 2.0, features=["final:x"])
    assert repr(swept.nullcline).splitlines() == [
        "Sweep of Blow over k: 2 finished, 1 blew up",
        "  final_x",
    ]
    run = model.simulate(1.0, 0.5, k=0.5)
    page = run._repr_html_()
    assert "<caption>Trajectory of Blow: 3 samples, t = 0 to 1, finished</caption>" in page
    assert "<td>x</td><td></td><td>1</td><td>2</td><td>1</td><td>2</td>" in page


def test_what_strangers_wrote_is_escaped():
    model = Dynamics("M", label=HOSTILE, time_unit=HOSTILE)
    model.add_state_variable("x", "-x", 1.0, unit=HOSTILE)
    run = Trajectory(("x",), np.zeros(1), np.zeros((1, 1)), units={"x": HOSTILE}, model=HOSTILE)
    for text in (repr(model), repr(run), run._repr_html_(), lines(HOSTILE, [HOSTILE + "\n"])):
        assert text.replace("\n", "").isprintable()
        assert r"\x1b" in text
        assert r"\u202e" in text
    with pytest.raises(KeyError) as caught:
        run[HOSTILE]
    assert str(caught.value).isprintable()
    assert "<b>" not in run._repr_html_()
    assert "&lt;b&gt;" in table([HOSTILE], [[HOSTILE]], HOSTILE)
