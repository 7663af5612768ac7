"""Pictures: the right data on labelled axes, without a display and without global state."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.figure import Figure

from nullcline import Dynamics, plot
from nullcline.plot.alternative import alternative, spoken
from nullcline.trajectory import Trajectory

MU = [0.1, 0.5, 1.0, 2.0, 5.0, 10.0]
TIMES = np.linspace(0.0, 10.0, 101)


def sweep(outputs: tuple[str, ...] = ("x", "z")) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What PyRates' grid_search returns, its columns in another order than its results_map."""
    names = [f"VdP_circuit_{index}" for index in range(len(MU))]
    data = {
        (output, name, "p", f"VdP_op/{output}"): mu * np.sin(TIMES + shift)
        for shift, output in enumerate(outputs)
        for name, mu in sorted(zip(names, MU, strict=True), reverse=True)
    }
    return pd.DataFrame(data, index=TIMES), pd.DataFrame({"mu": MU}, index=names)


def trajectory(scale: float = 1.0) -> Trajectory:
    values = np.vstack([scale * np.sin(TIMES), scale * np.cos(TIMES)])
    return Trajectory(("x", "z"), TIMES, values)


def model() -> Dynamics:
    made = Dynamics("VdP", time_unit="ms")
    made.add_parameter("mu", 1.0, unit="1/ms")
    made.add_state_variable("x", "z", 0.1, unit="mV")
    return made


def test_time_series_of_one_run() -> None:
    figure = plot.time_series(trajectory(), model=model(), title="One")
    assert [ax.get_ylabel() for ax in figure.axes] == ["$x$ (mV)", "$z$"]
    assert [len(ax.lines) for ax in figure.axes] == [1, 1]
    np.testing.assert_array_equal(figure.axes[1].lines[0].get_ydata(), np.cos(TIMES))
    assert [ax.get_xlabel() for ax in figure.axes] == ["", "Time (ms)"]
    assert figure.get_suptitle() == "One"


def test_variables_of_one_unit_share_a_panel() -> None:
    made = model()
    made.add_state_variable("z", "-x", 0.1, unit="mV")
    made.add_state_variable("n", "-n", 0.1)
    run = Trajectory(("x", "n", "z"), TIMES, np.vstack([TIMES, 2 * TIMES, 3 * TIMES]))
    first, second = plot.time_series(run, model=made).axes
    assert [line.get_label() for line in first.lines] == ["$x$", "$z$"]
    assert [line.get_ydata()[-1] for line in first.lines] == [10.0, 30.0]
    assert first.get_ylabel() == "State (mV)"
    assert second.get_ylabel() == "$n$"
    (ax,) = plot.time_series(run).axes
    assert len(ax.lines) == 3
    assert ax.get_legend() is not None


def test_time_series_of_a_sweep() -> None:
    """The guide's first figure: 2 x 3 panels, each run under its own parameter."""
    figure = plot.time_series(*sweep())
    assert [ax.get_title() for ax in figure.axes] == [rf"$\mu$ = {mu:g}" for mu in MU]
    for ax, mu in zip(figure.axes, MU, strict=True):
        assert len(ax.lines) == 2
        np.testing.assert_array_equal(ax.lines[0].get_ydata(), mu * np.sin(TIMES))
        np.testing.assert_array_equal(ax.lines[1].get_ydata(), mu * np.sin(TIMES + 1))
    assert [ax.get_xlabel() for ax in figure.axes] == [""] * 3 + ["Time"] * 3
    assert [ax.get_ylabel() for ax in figure.axes] == ["State", "", ""] * 2
    assert len(figure.legends) == 1
    spec = figure.axes[0].get_subplotspec()
    assert spec is not None
    assert spec.get_gridspec().get_geometry() == (2, 3)


def test_chosen_runs_and_outputs() -> None:
    figure = plot.time_series(*sweep(), outputs=["z"], runs=[1, 5], start=5.0)
    assert [ax.get_title() for ax in figure.axes] == [r"$\mu$ = 0.5", r"$\mu$ = 10"]
    assert figure.axes[0].get_ylabel() == "$z$"
    assert [len(ax.lines) for ax in figure.axes] == [1, 1]
    assert figure.axes[0].lines[0].get_xdata()[0] == pytest.approx(5.0)


def test_overlay_names_few_runs_and_scales_many() -> None:
    few = plot.time_series(*sweep(("x",)), overlay=True)
    labels = [text.get_text() for text in few.axes[0].get_legend().get_texts()]
    assert labels == [rf"$\mu$ = {mu:g}" for mu in MU]
    values = np.linspace(0, 1, 30)
    many = plot.time_series([trajectory(v) for v in values], {"eta": values}, overlay=True)
    *panels, bar = many.axes
    assert [len(ax.lines) for ax in panels] == [30, 30]
    assert bar.get_ylabel() == r"$\eta$"
    assert panels[0].lines[0].get_color() != panels[0].lines[-1].get_color()


def test_phase_portraits() -> None:
    """The guide's second figure: orbits with start and end, in square boxes."""
    figure = plot.phase_portrait(*_split(sweep()), title="Van der Pol")
    for ax, mu in zip(figure.axes, MU, strict=True):
        orbit, start, end = ax.lines
        np.testing.assert_array_equal(orbit.get_xdata(), mu * np.sin(TIMES))
        np.testing.assert_array_equal(orbit.get_ydata(), mu * np.sin(TIMES + 1))
        assert start.get_xdata() == [orbit.get_xdata()[0]]
        assert end.get_ydata() == [orbit.get_ydata()[-1]]
        assert ax.get_box_aspect() == 1
    assert figure.axes[-1].get_xlabel() == "$x$"
    assert figure.axes[0].get_ylabel() == "$z$"


def _split(found: tuple[pd.DataFrame, pd.DataFrame]) -> tuple[pd.DataFrame, str, str, pd.DataFrame]:
    return found[0], "x", "z", found[1]


def test_heat_map_puts_each_value_in_its_cell() -> None:
    values = np.arange(6.0).reshape(2, 3)
    figure = plot.heat_map(
        values, [3, 1, 2], [10, 20], xlabel="I_ext", ylabel="a", label="Amplitude"
    )
    ax, bar = figure.axes
    assert (ax.get_xlabel(), ax.get_ylabel()) == (r"$I_{\mathrm{ext}}$", "$a$")
    assert bar.get_ylabel() == "Amplitude"
    written = {text.get_position(): text.get_text() for text in ax.texts}
    assert written == {
        **{(3.0, 10.0): "0", (1.0, 10.0): "1", (2.0, 10.0): "2"},
        **{(3.0, 20.0): "3", (1.0, 20.0): "4", (2.0, 20.0): "5"},
    }
    (mesh,) = ax.collections
    np.testing.assert_array_equal(mesh.get_array(), [[1, 2, 0], [4, 5, 3]])
    assert mesh.get_cmap().name == "viridis"
    np.testing.assert_allclose(ax.get_xlim(), (0.5, 3.5))


def test_heat_map_of_a_fine_grid_has_labelled_contours() -> None:
    grid = np.linspace(-1, 1, 20)
    figure = plot.heat_map(np.add.outer(grid**2, grid**2), grid, grid)
    assert len(figure.axes[0].collections) == 2
    assert figure.axes[0].texts
    plain = plot.heat_map(np.add.outer(grid**2, grid**2), grid, grid, marked=False)
    assert len(plain.axes[0].collections) == 1
    assert not plain.axes[0].texts


@pytest.mark.parametrize("shape", [(1, 1), (1, 20), (20, 10)])
def test_heat_maps_of_odd_values(shape: tuple[int, int]) -> None:
    values = np.full(shape, np.nan)
    values[0, 0] = 1.0
    figure = plot.heat_map(values, range(shape[1]), range(shape[0]))
    figure.savefig(BytesIO())


def test_heat_map_refuses_a_turned_grid() -> None:
    with pytest.raises(ValueError, match="rows belong to y"):
        plot.heat_map(np.zeros((2, 3)), [1, 2], [1, 2, 3])


def test_bifurcation_diagram() -> None:
    """The guide's third figure: the range and the mean of the last part, and some traces."""
    values = [3.0, -1.0, 2.0]
    runs = []
    for value in values:
        late = np.where(TIMES >= 7.9, value * np.cos(np.pi * TIMES), 99.0)
        runs.append(Trajectory(("r",), TIMES, late[None]))
    figure = plot.bifurcation_diagram(runs, {"eta": values}, last=0.2, traces=[0, 2], model=model())
    left, right = figure.axes
    low, high, mean = left.lines
    np.testing.assert_array_equal(mean.get_xdata(), [-1, 2, 3])
    np.testing.assert_allclose(low.get_ydata(), [-1, -2, -3], atol=1e-9)
    np.testing.assert_allclose(high.get_ydata(), [1, 2, 3], atol=1e-9)
    assert np.all(np.abs(mean.get_ydata()) < 0.5)
    assert (left.get_xlabel(), left.get_ylabel()) == (r"$\eta$", "$r$")
    assert len(left.collections) == 1
    assert [line.get_label() for line in right.lines] == [r"$\eta$ = 3", r"$\eta$ = 2"]
    assert right.get_xlabel() == "Time (ms)"


def test_bifurcation_diagram_of_pyrates_results() -> None:
    figure = plot.bifurcation_diagram(*sweep(), "z")
    np.testing.assert_array_equal(figure.axes[0].lines[2].get_xdata(), MU)
    assert figure.axes[0].get_xlabel() == r"$\mu$"


def test_what_does_not_fit_is_refused() -> None:
    results, points = sweep()
    with pytest.raises(ValueError, match="2 values of `mu` for 6 runs"):
        plot.time_series(results, {"mu": [1, 2]})
    with pytest.raises(ValueError, match="no output `q`; there is x, z"):
        plot.phase_portrait(results, "q", "z", points)
    with pytest.raises(ValueError, match="which output is meant: x, z"):
        plot.bifurcation_diagram(results, points)
    with pytest.raises(ValueError, match="which parameter is meant: none"):
        plot.bifurcation_diagram(results, None, "x")
    with pytest.raises(ValueError, match="last"):
        plot.bifurcation_diagram(results, points, "x", last=0.0)
    with pytest.raises(ValueError, match="no run"):
        plot.time_series([])
    with pytest.raises(ValueError, match="neither"):
        plot.time_series(np.zeros(3))


@pytest.mark.filterwarnings("ignore:Glyph .* missing from font")
@pytest.mark.parametrize("name", ["gamma_", "größe", "日本", "x_1_2", "a$b", "rate", "lambda"])
def test_any_name_can_be_drawn(name: str) -> None:
    unit = Dynamics("m")
    unit.add_parameter("p", unit="$\\frac{")
    unit.parameters[name] = unit.parameters["p"]
    data = Trajectory((name,), TIMES, np.ones((1, TIMES.size)))
    figure = plot.time_series({"a $ run": data}, model=unit)
    figure.draw_without_rendering()
    assert "(" in figure.axes[0].get_ylabel()


def test_a_table_with_plain_columns_is_one_run() -> None:
    table = pd.DataFrame({"x": np.sin(TIMES), "y": np.cos(TIMES)}, index=TIMES)
    (ax,) = plot.time_series(table).axes
    assert len(ax.lines) == 2


def test_a_notebook_shows_the_figure() -> None:
    figure = plot.time_series(trajectory(), model=model(), title="One")
    data, said = figure._repr_mimebundle_()  # type: ignore[attr-defined]
    assert data["image/png"].startswith(b"\x89PNG")
    x = "x (mV) (-1.1 to 1.1) against Time (ms) (0 to 10)"
    words = f"One. {x}. z (-1.1 to 1.1) against Time (ms) (0 to 10)"
    assert said == {"image/png": {"alt": words}}
    assert data["text/plain"] == words


def test_the_alternative_text_says_what_is_drawn() -> None:
    values = np.linspace(0, 1, 20)
    text = alternative(
        plot.heat_map(
            np.outer(values, values), values, values, xlabel="I_ext", ylabel="mu", label="Amplitude"
        )
    )
    assert text == (
        "mu (-0.0263 to 1.03) against I_ext (-0.0263 to 1.03). colours: Amplitude, 0 to 1"
    )
    many = alternative(plot.time_series([trajectory()] * 12, {"eta": range(12)}))
    assert many.startswith("eta = 0: State (-1.1 to 1.1) against Time (0 to 10): x, z. eta = 1: ")
    assert many.endswith("4 more panels")
    assert spoken(r"$I_{\mathrm{ext}}$ = 0.5 (nA)") == "I_ext = 0.5 (nA)"


def drawers() -> dict[str, Any]:
    """Each picture as a call that takes axes, with the number of panels that it has."""
    grid = xr.Dataset(
        {"mean_x": (("a", "b"), np.outer(np.arange(4.0), np.arange(5.0)))},
        {"a": np.arange(4.0), "b": np.arange(5.0)},
    )
    few = [trajectory(value) for value in (1.0, 2.0)]
    points = {"eta": [1.0, 2.0]}
    indices = xr.Dataset({"total": ("parameter", [0.4, 0.6])}, {"parameter": ["a", "b"]})
    branches = Dynamics("M", parameters={"p": 1.0})
    branches.add_state_variable("x", "p - x**2", 1.0)
    found = branches.continuation("p", -1, 1, box={"x": (-3, 3)})
    return {
        "time_series": (lambda ax: plot.time_series(trajectory(), ax=ax), 1),
        "units": (lambda ax: plot.time_series(trajectory(), model=model(), ax=ax), 2),
        "overlay": (lambda ax: plot.time_series(few, points, overlay=True, ax=ax), 2),
        "phase": (lambda ax: plot.phase_portrait(trajectory(), "x", "z", ax=ax), 1),
        "phases": (lambda ax: plot.phase_portrait(few, "x", "z", points, ax=ax), 2),
        "plane": (lambda ax: plot.phase_portrait(VDP, "x", "z", duration=5.0, ax=ax), 1),
        "curve": (lambda ax: plot.curve(grid.isel(a=2, drop=True), ax=ax), 1),
        "heat_map": (lambda ax: plot.heat_map(grid, "mean_x", ax=ax), 1),
        "show_sweep": (lambda ax: plot.show_sweep(grid, ax=ax), 1),
        "diagram": (lambda ax: plot.bifurcation_diagram(few, points, "x", ax=ax), 1),
        "traces": (lambda ax: plot.bifurcation_diagram(few, points, "x", traces=[0], ax=ax), 2),
        "bifurcation": (lambda ax: plot.bifurcation(found, ax=ax), 1),
        "sensitivity": (lambda ax: plot.sensitivity(indices, ax=ax), 1),
    }


VDP = Dynamics("VdP", parameters={"mu": 1.0})
VDP.add_state_variable("x", "z", 0.1)
VDP.add_state_variable("z", "mu*(1 - x**2)*z - x", 0.0)


@pytest.mark.parametrize("name", drawers())
def test_every_picture_goes_into_the_axes_of_a_user(name: str) -> None:
    draw, panels = drawers()[name]
    figure = Figure(figsize=(8, 4))
    given = [figure.add_subplot(1, 3, place + 1) for place in range(3)]
    shown = draw(given[0] if panels == 1 else given[:panels])
    assert shown is figure
    for ax in given[:panels]:
        assert ax.has_data()
        assert ax.get_xlabel()
    assert not given[2].has_data()
    assert figure.get_suptitle() == ""
    figure.draw_without_rendering()
    with pytest.raises(ValueError, match=rf"{panels} panels and ax has 3"):
        draw(given)
    with pytest.raises(ValueError, match="give axes of Matplotlib"):
        draw("ax")


def test_axes_in_a_part_of_a_figure_do_too() -> None:
    figure = Figure()
    part = figure.subfigures(1, 2)[0]
    assert plot.time_series(trajectory(), title="Here", ax=part.add_subplot()) is figure
    assert part.axes[0].get_title() == "Here"


def test_branches_carry_the_units_of_their_model() -> None:
    made = Dynamics("M", parameters={"p": {"value": 1.0, "unit": "nA"}})
    made.add_state_variable("x", "p - x**2", 1.0, unit="mV")
    found = made.continuation("p", -1, 1, box={"x": (-3, 3)})
    (ax,) = plot.bifurcation(found).axes
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$p$ (nA)", "$x$ (mV)")


def test_dir_shows_what_users_use() -> None:
    assert dir(plot) == sorted(plot.__all__)


def test_no_display_and_no_global_state(tmp_path: Path) -> None:
    code = """
import sys
import nullcline.plot
assert not [name for name in ("matplotlib", "pandas", "scipy", "sympy") if name in sys.modules]
import matplotlib
before = matplotlib.rcParams.copy()
import numpy as np
nullcline.plot.heat_map(np.eye(9), range(9), range(9), label="x").savefig(sys.argv[1])
assert "matplotlib.pyplot" not in sys.modules
assert matplotlib.rcParams.copy() == before
"""
    picture = tmp_path / "map.png"
    done = subprocess.run(
        [sys.executable, "-c", code, str(picture)], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert picture.stat().st_size > 1000
