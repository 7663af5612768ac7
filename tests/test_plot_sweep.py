"""Pictures of sweeps: what is drawn is what the Dataset holds, and what is missing is said."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr
from matplotlib.collections import PolyQuadMesh, QuadMesh
from matplotlib.contour import ContourSet

from nullcline import Dynamics, ModelError, plot
from nullcline.plot.cells import bounds, edges, geometric, logarithmic
from nullcline.plot.labels import measure
from nullcline.plot.levels import apart

FLAGS = {
    "flag_values": [0, 1, 2, 3, 4, 5],
    "flag_meanings": "finished blew_up stalled step_limit undefined not_run",
}
TIMES = np.linspace(0.0, 2.0, 21)


def trajectories(count: int) -> xr.Dataset:
    """x = k t and z = -k t; the second point blew up at t = 1."""
    k = np.linspace(1.0, 2.0, count)
    x = k[:, None] * TIMES
    x[1, 11:] = np.nan
    status = np.zeros(count, np.uint8)
    status[1] = 1
    return xr.Dataset(
        {
            "x": (("k", "time"), x, {"units": "mV"}),
            "z": (("k", "time"), -x),
            "status": ("k", status, FLAGS),
        },
        {"k": ("k", k, {"units": "nS"}), "time": ("time", TIMES, {"units": "ms"})},
    )


def plane(rows: int = 9, columns: int = 12) -> xr.Dataset:
    """f = 10 a + b; two corners did not finish and one point finished without a value."""
    a, b = np.linspace(0, 1, rows), np.linspace(0, 5, columns)
    values = 10 * a[:, None] + b
    status = np.zeros(values.shape, np.uint8)
    status[0, 0], status[-1, -1] = 1, 2
    values[0, -1] = np.nan
    return xr.Dataset(
        {
            "amplitude_x": (("a", "b"), values, {"units": "mV", "feature": "amplitude:x"}),
            "status": (("a", "b"), status, FLAGS),
            "reached": (("a", "b"), np.ones(values.shape)),
            "steps": (("a", "b"), np.ones(values.shape, int)),
        },
        {"a": ("a", a, {"units": "nS"}), "b": ("b", b)},
    )


def legend(figure) -> list[str]:
    boxes = [*figure.legends, *(ax.get_legend() for ax in figure.axes if ax.get_legend())]
    return [text.get_text() for box in boxes for text in box.get_texts()]


def lines(ax) -> list:
    return [line for line in ax.lines if line.get_linestyle() != "None" and len(line.get_xdata())]


def test_time_series_has_a_panel_for_each_state_and_a_line_for_each_point() -> None:
    data = trajectories(4)
    figure = plot.time_series(data, overlay=True)
    first, second = figure.axes
    for ax, name in ((first, "x"), (second, "z")):
        drawn = [line for line in ax.lines if line.get_marker() == "None"]
        for line, rows in zip(drawn, data[name].values, strict=True):
            kept = np.isfinite(rows)
            np.testing.assert_array_equal(line.get_xdata(), TIMES[kept])
            np.testing.assert_array_equal(line.get_ydata(), rows[kept])
    assert first.get_ylabel() == "$x$ (mV)"
    assert second.get_xlabel() == "Time (ms)"
    assert legend(figure)[:2] == ["$k$ = 1", "$k$ = 1.333"]


def test_a_run_that_ended_early_is_marked_where_it_did() -> None:
    figure = plot.time_series(trajectories(4), overlay=True)
    (mark,) = [line for line in figure.axes[0].lines if line.get_marker() == "x"]
    assert mark.get_xdata()[0] == pytest.approx(1.0)
    assert mark.get_ydata()[0] == pytest.approx(4 / 3)
    assert legend(figure)[-1] == "blew up"


def test_many_points_are_thinned_coloured_and_counted() -> None:
    figure = plot.time_series(trajectories(200), outputs=["x"])
    ax, bar = figure.axes
    assert sum(line.get_marker() == "None" for line in ax.lines) == 60
    assert bar.get_ylabel() == "$k$ (nS)"
    assert figure.get_suptitle() == "60 of 200 points, evenly chosen"
    some = plot.time_series(trajectories(200), outputs=["x"], runs=[0, 7])
    assert [len(ax.lines) for ax in some.axes] == [1, 1]
    assert some.get_suptitle() == ""


def test_few_points_have_a_panel_for_each_unit_of_each() -> None:
    """x is in mV and z has no unit: a row for each point, a column for each unit."""
    data = trajectories(3)
    figure = plot.time_series(data)
    assert len(figure.axes) == 6
    for row, values in zip(range(3), (1.0, 1.5, 2.0), strict=True):
        for ax, name in zip(figure.axes[2 * row :], ("x", "z"), strict=False):
            kept = np.isfinite(data[name].values[row]) & np.isfinite(data.x.values[row])
            line = ax.lines[0]
            assert line.get_xdata().size >= kept.sum()
            np.testing.assert_array_equal(line.get_ydata()[:5], data[name].values[row][:5])
        assert figure.axes[2 * row].get_title() == f"$k$ = {values:g}"
    assert [ax.get_ylabel() for ax in figure.axes] == ["$x$ (mV)", "$z$"] * 3
    assert [ax.get_xlabel() for ax in figure.axes] == [""] * 4 + ["Time (ms)"] * 2


def test_a_map_with_a_lone_cliff_has_no_line_at_all() -> None:
    x = np.linspace(0, 1, 30)
    ax = plot.heat_map(np.where(x < 0.5, 0.0, 10.0) + 0 * x[:, None], x, x).axes[0]
    assert not [item for item in ax.get_children() if isinstance(item, ContourSet)]
    assert not ax.texts


def test_phase_portraits_of_a_sweep() -> None:
    figure = plot.phase_portrait(trajectories(3), "x", "z")
    orbit = figure.axes[0].lines[0]
    np.testing.assert_array_equal(orbit.get_xdata(), TIMES)
    np.testing.assert_array_equal(orbit.get_ydata(), -TIMES)
    assert figure.axes[0].get_title() == "$k$ = 1"


def cells(ax) -> np.ndarray:
    mesh = next(item for item in ax.collections if isinstance(item, QuadMesh | PolyQuadMesh))
    return np.ma.filled(mesh.get_array(), np.nan)


def test_heat_map_draws_the_values_and_says_what_is_missing() -> None:
    data = plane()
    figure = plot.heat_map(data, "amplitude:x", x="b", y="a")
    ax, bar = figure.axes
    drawn = cells(ax)
    missing = np.zeros(drawn.shape, bool)
    missing[0, 0] = missing[-1, -1] = missing[0, -1] = True
    np.testing.assert_array_equal(drawn[~missing], data.amplitude_x.values[~missing])
    assert np.isnan(drawn[missing]).all()
    assert legend(figure) == ["blew up (1)", "stalled (1)", "no value (1)"]
    marked = [item for item in ax.collections if item.get_hatch()]
    middles = [item.get_paths()[0].vertices[:4].mean(axis=0).tolist() for item in marked]
    np.testing.assert_allclose(middles, [[0, 0], [5, 1], [5, 0]], atol=1e-12)
    assert len({item.get_hatch() for item in marked}) == 3
    assert bar.get_ylabel() == "Amplitude of $x$ (mV)"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$b$", "$a$ (nS)")
    turned = plot.heat_map(data, "amplitude_x").axes[0]
    np.testing.assert_array_equal(cells(turned), drawn.T)


def test_lines_of_equal_value_are_where_the_value_is() -> None:
    """On f = 10 a + b linear interpolation is exact."""
    ax = plot.heat_map(plane(), x="b", y="a").axes[0]
    (drawn,) = [item for item in ax.get_children() if isinstance(item, ContourSet)]
    found = 0
    for level, path in zip(drawn.levels, drawn.get_paths(), strict=True):
        b, a = path.vertices.T
        np.testing.assert_allclose(10 * a + b, level, atol=1e-9)
        found += len(b)
    assert found > 10
    assert ax.texts


def test_a_lone_cliff_has_no_line_and_a_slope_has_all() -> None:
    x = np.linspace(0, 1, 30)
    cliff = np.where(x < 0.5, 0.0, 10.0) + 0 * x[:, None]
    slope = 10 * x + 0 * x[:, None]
    assert apart(cliff, [2.0, 4.0, 6.0, 8.0]) == []
    assert apart(slope, [2.0, 4.0, 6.0, 8.0]) == [2.0, 4.0, 6.0, 8.0]
    both = np.where(x < 0.5, 10 * x, 10 * x + 10) + 0 * x[:, None]
    assert apart(both, [2.0, 4.0, 6.0, 8.0, 12.0, 14.0, 18.0]) == [2.0, 4.0, 12.0, 18.0]


def test_few_outliers_do_not_take_the_colours() -> None:
    grid = np.add.outer(np.linspace(0, 1, 30), np.linspace(0, 1, 30))
    assert bounds(grid) == (0.0, 2.0, "neither")
    grid[3, 4] = 500.0
    low, high, extend = bounds(grid)
    assert (low, extend) == (0.0, "max")
    assert 1.7 < high < 2
    bar = plot.heat_map(grid, range(30), range(30)).axes[1]
    assert bar.get_ylim() == (low, high)


def test_random_points_of_a_logarithmic_range_have_a_logarithmic_axis() -> None:
    share = np.random.default_rng(2).uniform(0, 1, 100)
    assert logarithmic(10 ** (2 * share))
    assert not logarithmic(1 + 99 * share)
    assert not logarithmic(share - 0.5)


def test_noise_gets_no_lines_of_equal_value() -> None:
    noise = np.random.default_rng(0).normal(size=(40, 40))
    ax = plot.heat_map(noise, range(40), range(40)).axes[0]
    assert not [item for item in ax.get_children() if isinstance(item, ContourSet)]


def test_small_maps_have_their_values_written_and_none_where_there_is_none() -> None:
    data = plane(3, 3)
    figure = plot.heat_map(data, x="b", y="a")
    written = {text.get_position(): text.get_text() for text in figure.axes[0].texts}
    assert written[0.0, 0.5] == "5"
    assert len(written) == 6
    assert [tick.get_text() for tick in figure.axes[0].get_xticklabels()] == ["0", "2.5", "5"]


def test_a_list_of_points_is_drawn_as_dots() -> None:
    a, b = np.random.default_rng(1).uniform(0, 1, (2, 50))
    status = (a > 0.8).astype(np.uint8)
    data = xr.Dataset(
        {"mean_x": ("point", a + b), "status": ("point", status, FLAGS)},
        {"a": ("point", a), "b": ("point", b)},
    )
    figure = plot.show_sweep(data)
    good, gone = figure.axes[0].collections
    np.testing.assert_array_equal(good.get_offsets(), np.array([a, b]).T[status == 0])
    np.testing.assert_array_equal(good.get_array(), (a + b)[status == 0])
    np.testing.assert_array_equal(gone.get_offsets(), np.array([a, b]).T[status == 1])
    assert legend(figure) == [f"blew up ({(status == 1).sum()})"]


def test_curve_over_one_axis_with_gaps() -> None:
    figure = plot.curve(plane().isel(a=0))
    (line,) = lines(figure.axes[0])
    expected = np.linspace(0, 5, 12)
    np.testing.assert_array_equal(line.get_ydata()[1:-1], expected[1:-1])
    assert np.isnan(line.get_ydata()[[0, -1]]).all()
    assert legend(figure) == ["blew up (1)", "no value (1)"]
    assert figure.axes[0].get_ylabel() == "Amplitude of $x$ (mV)"
    assert figure.get_suptitle() == "$a$ = 0"


def test_curves_of_two_axes_and_of_a_logarithmic_one() -> None:
    data = plane()
    figure = plot.curve(data, x="b")
    assert len(lines(figure.axes[0])) == 9
    assert figure.axes[1].get_ylabel() == "$a$ (nS)"
    wide = xr.Dataset({"mean_x": ("mu", np.arange(4.0))}, {"mu": [0.1, 1.0, 10.0, 100.0]})
    assert plot.curve(wide).axes[0].get_xscale() == "log"
    mixed = plot.curve(wide.isel(mu=[2, 0, 3, 1])).axes[0]
    np.testing.assert_array_equal(lines(mixed)[0].get_ydata(), np.arange(4.0))


def test_edges_lie_between_the_centres() -> None:
    np.testing.assert_allclose(edges(np.array([0.0, 1.0, 3.0])), [-0.5, 0.5, 2.0, 4.0])
    wide = np.array([1.0, 10.0, 100.0])
    assert geometric(wide)
    assert not geometric(np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(edges(wide), 10 ** np.array([-0.5, 0.5, 1.5, 2.5]))


def test_show_sweep_chooses_the_picture() -> None:
    assert plot.show_sweep(trajectories(4)).axes[-1].get_xlabel() == "Time (ms)"
    assert plot.show_sweep(plane()).axes[0].get_ylabel() == "$b$"
    assert plot.show_sweep(plane().isel(b=3)).get_suptitle().startswith("$b$ = 1.36")
    pair = xr.concat([plane(), plane()], xr.DataArray([1.0, 2.0], dims="c", name="c"))
    pair = pair.transpose("a", "b", "c")
    figure = plot.show_sweep(pair)
    assert (figure.axes[0].get_xlabel(), figure.get_suptitle()) == ("$a$ (nS)", "$c$ = 2")


def test_what_cannot_be_drawn_is_told_with_what_can() -> None:
    data = plane()
    with pytest.raises(ValueError, match="did you mean `amplitude_x`"):
        plot.heat_map(data, "amplitud_x")
    with pytest.raises(ValueError, match="`c` is not an axis of the sweep; there is a, b"):
        plot.heat_map(data, x="c")
    with pytest.raises(
        ValueError, match=r"needs two axes and the sweep is over a; see plot\.curve"
    ):
        plot.heat_map(data.isel(b=0))
    with pytest.raises(ValueError, match=r"dataset.sel\(c="):
        plot.heat_map(data.expand_dims(c=[0, 1]).transpose("a", "b", "c"))
    with pytest.raises(ValueError, match="sweep again with features"):
        plot.heat_map(trajectories(3))
    with pytest.raises(ValueError, match="sweep again with a sampling"):
        plot.time_series(data)
    with pytest.raises(ValueError, match="`y` is not an output of the sweep"):
        plot.time_series(trajectories(3), outputs=["y"])
    with pytest.raises(ValueError, match="no sensitivity indices"):
        plot.sensitivity(data)


def test_features_in_words() -> None:
    assert measure("amplitude:x") == measure("amplitude_x") == "Amplitude of $x$"
    assert measure("mean:x**2 + z") == "Mean of $x^{2} + z$"
    assert measure("time_above:x > 0.5") == "Time of $x > 0.5$"
    assert measure("std:rate") == "Standard deviation of rate"
    assert measure("lyapunov") == "Largest Lyapunov exponent"


def fitzhugh() -> Dynamics:
    model = Dynamics("FHN", time_unit="ms")
    model.add_parameter("I", 0.5)
    model.add_state_variable("v", "v - v**3/3 - w + I", 0.0, unit="mV")
    model.add_state_variable("w", "drive/12.5", 0.0)
    model.add_state_variable("u", "-u", 0.25)
    model.add_derived_variable("drive", "v + 0.7 - 0.8*w + 0*u")
    return model


def nullclines_of(figure, name: str) -> np.ndarray:
    said = f"nullcline of ${name}$"
    found = [line.get_xydata() for line in figure.axes[0].lines if line.get_label() == said]
    return np.concatenate(found) if found else np.empty((0, 2))


def test_nullclines_are_where_the_derivative_vanishes() -> None:
    """FitzHugh-Nagumo: the cubic w = v - v^3/3 + I and the line w = (v + 0.7)/0.8."""
    limits = {"v": (-2.5, 2.5), "w": (-1.0, 2.0)}
    figure = plot.phase_portrait(fitzhugh(), "v", "w", {"I": 0.8}, duration=20, limits=limits)
    v, w = nullclines_of(figure, "v").T
    assert v.min() < -1.9
    assert v.max() > 1.9
    np.testing.assert_allclose(w, v - v**3 / 3 + 0.8, atol=2e-4)
    v, w = nullclines_of(figure, "w").T
    np.testing.assert_allclose(w, (v + 0.7) / 0.8, atol=1e-9)
    ax = figure.axes[0]
    assert ax.get_xlim() == (-2.5, 2.5)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$v$ (mV)", "$w$")
    assert figure.get_suptitle() == "Nullclines and field at $u$ = 0.25"
    path = next(line for line in ax.lines if line.get_label() == "trajectory")
    expected = fitzhugh().simulate(20, 20 / 5000, I=0.8)
    np.testing.assert_allclose(path.get_ydata(), expected["w"])


def test_jumps_and_poles_are_no_nullclines() -> None:
    model = Dynamics("jumps")
    model.add_state_variable("x", "1/(x - 0.3)", 1.0)
    model.add_state_variable("y", "where(x > 0.5, 1, -1) + 0*y", 0.0)
    limits = {"x": (-1, 2), "y": (-1, 1)}
    figure = plot.phase_portrait(model, "x", "y", duration=0, limits=limits)
    assert nullclines_of(figure, "x").size == 0
    assert nullclines_of(figure, "y").size == 0
    assert not [line for line in figure.axes[0].lines if line.get_label() == "trajectory"]


def test_a_plane_of_unknown_names_is_refused() -> None:
    with pytest.raises(ValueError, match="`V` is not a state; did you mean `v`"):
        plot.phase_portrait(fitzhugh(), "V", "w")
    with pytest.raises(ValueError, match="needs two states"):
        plot.phase_portrait(fitzhugh(), "v", "v")
    with pytest.raises(ModelError, match="no number called `J`"):
        plot.phase_portrait(fitzhugh(), "v", "w", {"J": 1})
    with pytest.raises(ValueError, match="the limits of `v` need low < high"):
        plot.phase_portrait(fitzhugh(), "v", "w", duration=0, limits={"v": (1, 1)})


def indices() -> xr.Dataset:
    names = ["a", "tau", "c"]
    second = np.array([[np.nan, 0.1, 0.3], [0.1, np.nan, 0.2], [0.3, 0.2, np.nan]])
    return xr.Dataset(
        {
            "first_order": ("parameter", [0.1, 0.5, -0.02]),
            "first_order_confidence": ("parameter", [0.05, 0.06, 0.01]),
            "total": ("parameter", [0.2, 0.6, 0.3]),
            "total_confidence": ("parameter", [0.01, 0.02, 0.03]),
            "second_order": (("parameter", "other"), second),
            "second_order_confidence": (("parameter", "other"), 0 * second + 0.05),
        },
        {"parameter": names, "other": names},
        {"feature": "amplitude:x", "summary": "Sobol indices from 8 points"},
    )


def test_sensitivity_bars_with_intervals_the_largest_on_top() -> None:
    figure = plot.sensitivity(indices())
    ax = figure.axes[0]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["$a$", "$c$", r"$\tau$"]
    assert [bar.get_width() for bar in ax.patches] == [0.2, 0.3, 0.6, 0.1, -0.02, 0.5]
    (total, _) = ax.collections[:2]
    ends = [segment[:, 0].tolist() for segment in total.get_segments()]
    np.testing.assert_allclose(ends, [[0.19, 0.21], [0.27, 0.33], [0.58, 0.62]])
    assert ax.get_xlabel() == "Share of the variance of amplitude of $x$"
    assert legend(figure) == ["Total", "First order"]


def test_sensitivity_of_pairs() -> None:
    right = plot.sensitivity(indices(), pairs=True).axes[1]
    assert [bar.get_width() for bar in right.patches] == [0.1, 0.2, 0.3]
    names = [text.get_text() for text in right.get_yticklabels()]
    assert names == [r"$a$, $\tau$", r"$\tau$, $c$", "$a$, $c$"]
    with pytest.raises(ValueError, match="no second-order indices"):
        plot.sensitivity(indices().drop_vars("second_order"), pairs=True)


def folded() -> SimpleNamespace:
    """mu = x - x^3/3: folds at x = -1 and 1; outer branches stable, as of x' = mu - x + x^3/3
    turned round; a Hopf point is put on it by hand."""
    x = np.linspace(-2.5, 2.5, 101)
    branch = SimpleNamespace(
        parameter=x - x**3 / 3, states=np.array([2 * x, x]), stable=np.abs(x) > 1
    )
    fold = [
        SimpleNamespace(kind="fold", parameter=s * 2 / 3, state=np.array([2.0 * s, s]))
        for s in (-1.0, 1.0)
    ]
    hopf = SimpleNamespace(
        kind="Hopf", parameter=0.1, state=np.array([7.0, 8.0]), criticality="subcritical"
    )
    return SimpleNamespace(
        parameter="mu", names=("y", "x"), branches=(branch,), points=(*fold, hopf)
    )


def test_branches_are_solid_where_stable_and_dashed_where_not() -> None:
    figure = plot.bifurcation(folded(), "x")
    ax = figure.axes[0]
    parts = lines(ax)
    assert [line.get_linestyle() for line in parts] == ["-", "--", "-"]
    branch = folded().branches[0]
    for line, stable in zip(parts, (True, False, True), strict=True):
        x = line.get_ydata()
        np.testing.assert_allclose(line.get_xdata(), x - x**3 / 3)
        assert (np.abs(x[1:-1]) > 1).all() == stable
    drawn = np.concatenate([parts[0].get_ydata(), parts[1].get_ydata()[1:]])
    np.testing.assert_array_equal(drawn, branch.states[1][: len(drawn)])
    marks = {line.get_label(): line.get_xydata() for line in ax.lines[3:]}
    np.testing.assert_allclose(marks["fold"], [[-2 / 3, -1], [2 / 3, 1]])
    np.testing.assert_allclose(marks["subcritical Hopf"], [[0.1, 8.0]])
    assert legend(figure) == ["stable", "unstable", "fold", "subcritical Hopf"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == (r"$\mu$", "$x$")


def test_cycles_of_a_sweep_stand_beside_the_branches() -> None:
    mu = np.array([0.5, 0.1, 0.3])
    status = np.array([0, 0, 1], np.uint8)
    data = xr.Dataset(
        {
            "minimum_x": ("mu", -mu, {"feature": "minimum:x"}),
            "maximum_x": ("mu", 2 * mu, {"feature": "maximum:x"}),
            "status": ("mu", status, FLAGS),
        },
        {"mu": ("mu", mu, {"units": "nA"})},
    )
    figure = plot.bifurcation(folded(), "x", sweep=data)
    low, high = (line for line in figure.axes[0].lines[:2])
    np.testing.assert_array_equal(low.get_xdata(), [0.1, 0.3, 0.5])
    np.testing.assert_array_equal(low.get_ydata(), [-0.1, np.nan, -0.5])
    np.testing.assert_array_equal(high.get_ydata(), [0.2, np.nan, 1.0])
    assert "blew up (1)" in legend(figure)
    assert figure.axes[0].get_xlabel() == r"$\mu$ (nA)"
    with pytest.raises(ValueError, match="the sweep is over k, and the branches are over mu"):
        plot.bifurcation(folded(), "x", sweep=trajectories(3))
    with pytest.raises(ValueError, match="sweep again with features"):
        plot.bifurcation(folded(), "y", sweep=data)
    with pytest.raises(ValueError, match="`X` is not a state; did you mean `x`"):
        plot.bifurcation(folded(), "X")
    with pytest.raises(ValueError, match="which variable is meant: y, x"):
        plot.bifurcation(folded())


def test_cycles_from_trajectories_count_their_last_fifth() -> None:
    times = np.linspace(0, 10, 101)
    x = np.where(times < 7.9, 50.0, np.sin(times * 20))
    data = xr.Dataset(
        {"x": (("mu", "time"), [x, 2 * x]), "status": ("mu", np.zeros(2, np.uint8), FLAGS)},
        {"mu": [0.0, 1.0], "time": times},
    )
    low, high = plot.bifurcation(folded(), "x", sweep=data).axes[0].lines[:2]
    np.testing.assert_allclose(high.get_ydata(), [x[80:].max(), 2 * x[80:].max()])
    np.testing.assert_allclose(low.get_ydata(), [x[80:].min(), 2 * x[80:].min()])
    band = plot.bifurcation_diagram(data, output="x").axes[0].lines
    np.testing.assert_allclose(band[1].get_ydata(), high.get_ydata())


def test_runs_that_ended_early_have_no_end_to_show() -> None:
    figure = plot.bifurcation_diagram(trajectories(4), output="x")
    mean = next(line for line in figure.axes[0].lines if line.get_label() == "Mean")
    np.testing.assert_allclose(mean.get_xdata(), [1, 5 / 3, 2])
    assert legend(figure)[-1] == "blew up (1)"


def test_a_value_twice_on_an_axis_is_one_cell() -> None:
    """Cells of no width would leave the whole map blank."""
    once = plane(3, 4)
    doubled = once.isel(a=[0, 1, 1, 2], b=[0, 0, 1, 2, 3])
    drawn = [plot.heat_map(data, "amplitude_x").axes[0].collections for data in (once, doubled)]
    meshes = [next(each for each in some if isinstance(each, QuadMesh)) for some in drawn]
    np.testing.assert_array_equal(*(mesh.get_array().filled(np.nan) for mesh in meshes))
    np.testing.assert_array_equal(*(mesh.get_coordinates() for mesh in meshes))


def test_a_selection_of_no_point_is_said_to_be_one() -> None:
    with pytest.raises(ValueError, match="no point"):
        plot.show_sweep(trajectories(3).isel(k=slice(0, 0)))
