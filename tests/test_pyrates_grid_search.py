"""Sweeps: the guide's own calls through PyRates, and the same through ours, with true numbers."""

import importlib
import sys

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import solve_ivp

from nullcline.errors import ModelError, SimulationError
from nullcline.expression import parse
from nullcline.pyrates import PointStopped, grid_search
from nullcline.system import Definition, Quantity, System
from nullcline.targets import get_target

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
PYRATES = get_target("pyrates")


def system(name, parameters, states, inputs=()):
    declared = [*parameters, *states, *inputs]
    return System(
        name,
        tuple(Quantity(n, v) for n, v in parameters.items()),
        (),
        tuple(Quantity(n, 0.0) for n in inputs),
        tuple(Quantity(n, v) for n, (_, v) in states.items()),
        (),
        tuple(Definition(n, parse(t, declared), t) for n, (t, _) in states.items()),
    )


VDP = system("VdP", {"mu": 1.0}, {"x": ("z", 0.1), "z": ("mu*(1 - x**2)*z - x", 0.0)})
QIF = system(
    "QIF",
    {"tau": 1.0, "eta": -5.0, "J": 15.0, "Delta": 1.0},
    {
        "r": ("Delta/(tau*pi) + 2*r*v", 0.1),
        "v": ("v**2 + eta + J*r*tau - (pi*r*tau)**2", -2.0),
    },
)
MU = {"mu": {"vars": ["VdP_op/mu"], "nodes": ["p"]}}
OUT = {"x": "p/VdP_op/x"}


def fhn(a):
    return system(
        "FHN",
        {"a": a, "b": 0.8, "tau": 12.5, "I_ext": 0.5},
        {"v": ("v - v**3/3 - w + I_ext", 0.0), "w": ("(v + a - b*w)/tau", 0.0)},
    )


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty current directory from which templates can be imported."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith("sweep"):
            del sys.modules[name]


def put(model, name):
    """Write a template as the guide does, into a module folder of the current directory."""
    from pathlib import Path

    folder = Path(name)
    folder.mkdir(exist_ok=True)
    (folder / "__init__.py").write_text("")
    (folder / "model.yaml").write_text(PYRATES.export(model), encoding="utf-8")
    PYRATES.written(str(folder / "model.yaml"))
    importlib.invalidate_caches()
    return f"{name}.model.{model.name}_circuit"


def put_text(text, name, circuit):
    from pathlib import Path

    Path(name).mkdir(exist_ok=True)
    (Path(name) / "__init__.py").write_text("")
    (Path(name) / "model.yaml").write_text(text)
    importlib.invalidate_caches()
    return f"{name}.model.{circuit}"


def exact(field, initial, times):
    options = {"method": "DOP853", "rtol": 1e-12, "atol": 1e-14, "t_eval": times}
    return solve_ivp(field, (0, times[-1]), initial, **options).y


def apart(found, expected):
    return np.abs(np.asarray(found) - expected).max() / np.ptp(expected)


def vdp_field(mu):
    return lambda t, s: [s[1], mu * (1 - s[0] ** 2) * s[1] - s[0]]


def fhn_field(a, current):
    return lambda t, s: [s[0] - s[0] ** 3 / 3 - s[1] + current, (s[0] + a - 0.8 * s[1]) / 12.5]


def guide(search, circuit, key, values, parameter, outputs, duration, sampling):
    operator = circuit.rpartition(".")[2].replace("_circuit", "_op")
    return search(
        circuit_template=circuit,
        param_grid={key: values},
        param_map={key: {"vars": [f"{operator}/{parameter}"], "nodes": ["p"]}},
        simulation_time=duration,
        step_size=1e-3,
        sampling_step_size=sampling,
        outputs={name: f"p/{operator}/{name}" for name in outputs},
        solver="scipy",
        backend="default",
        clear=True,
    )


# The guide, through ours


def test_the_guides_first_sweep(folder):
    mus = [0.1, 0.5, 1.0, 2.0, 5.0, 10.0]
    circuit = put(VDP, "sweep_vdp")
    results, table = guide(grid_search, circuit, "mu", mus, "mu", ["x", "z"], 100.0, 1e-2)
    assert results.shape == (10000, 12)
    assert list(table.index) == [f"VdP_circuit_{n}" for n in range(6)]
    assert table["mu"].tolist() == mus
    assert results.columns[7] == ("z", "VdP_circuit_1", "p", "VdP_op/z")
    times = results.index.to_numpy()
    np.testing.assert_allclose(times, np.arange(10000) * 0.01)
    for mu, name in zip(mus, table.index, strict=True):
        expected = exact(vdp_field(mu), [0.1, 0.0], times)
        assert apart(results["x", name].iloc[:, 0], expected[0]) < 1e-4
        assert apart(results["z", name].iloc[:, 0], expected[1]) < 1e-4


def test_the_guides_second_sweep(folder):
    currents = np.linspace(0.0, 1.0, 5)
    for a in np.linspace(0.5, 1.0, 5):
        circuit = put(fhn(a), "sweep_fhn")
        results, _ = guide(grid_search, circuit, "I", currents.tolist(), "I_ext", ["v"], 200.0, 0.1)
        assert results.shape == (2000, 5)
        for column, current in enumerate(currents):
            expected = exact(fhn_field(a, current), [0.0, 0.0], results.index.to_numpy())
            assert apart(results.iloc[:, column], expected[0]) < 1e-4


def test_the_guides_third_sweep(folder):
    etas = np.linspace(-10, 5, 30)
    circuit = put(QIF, "sweep_qif")
    results, _ = guide(grid_search, circuit, "eta", etas.tolist(), "eta", ["r"], 500.0, 0.1)
    assert results.shape == (5000, 30)

    def field(eta):
        return lambda t, s: [
            1 / np.pi + 2 * s[0] * s[1],
            s[1] ** 2 + eta + 15 * s[0] - (np.pi * s[0]) ** 2,
        ]

    for column, eta in enumerate(etas):
        expected = exact(field(eta), [0.1, -2.0], results.index.to_numpy())
        assert apart(results.iloc[:, column], expected[0]) < 1e-4


# The guide, through PyRates itself


def test_the_guides_own_calls(folder):
    from pyrates import grid_search as plain

    mus = [0.1, 0.5, 1.0, 2.0, 5.0, 10.0]
    circuit = put(VDP, "sweep_vdp")
    results, table = guide(plain, circuit, "mu", mus, "mu", ["x", "z"], 100.0, 1e-2)
    assert results.shape == (10000, 12)
    assert list(table.index) == [f"VdP_circuit_{n}" for n in range(6)]
    etas = np.linspace(-10, 5, 30)
    circuit = put(QIF, "sweep_qif")
    results, _ = guide(plain, circuit, "eta", etas.tolist(), "eta", ["r"], 500.0, 0.1)
    assert results.shape == (5000, 30)


def test_the_guides_own_loop_that_rewrites_one_file(folder):
    from pyrates import grid_search as plain

    currents = np.linspace(0.0, 1.0, 5)
    for a in np.linspace(0.5, 1.0, 5):
        circuit = put(fhn(a), "sweep_fhn")
        results, _ = guide(plain, circuit, "I", currents.tolist(), "I_ext", ["v"], 200.0, 0.1)
        for column, current in enumerate(currents):
            expected = exact(fhn_field(a, current), [0.0, 0.0], results.index.to_numpy())[0]
            found = results.iloc[1000:, column].to_numpy()
            assert abs(np.ptp(found) - np.ptp(expected[1000:])) < 0.05


def test_a_rewritten_model_of_the_same_name_is_read_anew_without_clear(folder):
    from pyrates import CircuitTemplate

    for rate in (-1.0, -2.0):
        model = system("M", {}, {"x": (f"{rate}*x", 1.0)})
        circuit = CircuitTemplate.from_yaml(put(model, "sweep_m"))
        function, arguments, *_ = circuit.get_run_func(
            "rhs", step_size=0.1, solver="scipy", verbose=False, clear=False, to_file=False
        )
        assert function(*arguments)[0] == rate


# Beyond the guide


def test_the_columns_and_times_are_those_of_pyrates(folder):
    from pyrates import grid_search as plain

    circuit = put(VDP, "sweep_vdp")
    for outputs in ({"x": "p/VdP_op/x", "z": "p/VdP_op/z"}, {"o": "all/VdP_op/x"}):
        for grid, permute in (
            ({"mu": [1.0, 2.0]}, False),
            ({"mu": [2.0]}, False),
            ({"mu": [1, 2]}, True),
        ):
            call = (circuit, grid, MU, 1e-3, 1.0, outputs)
            options = {"sampling_step_size": 0.1, "permute_grid": permute, "solver": "scipy"}
            theirs, their_map = plain(*call, **options, cutoff=0.2, verbose=False)
            ours, our_map = grid_search(*call, **options, cutoff=0.2)
            assert ours.columns.equals(theirs.columns)
            np.testing.assert_allclose(ours.index, theirs.index)
            np.testing.assert_allclose(ours, theirs, atol=0.02)
            assert our_map.index.equals(their_map.index)
            np.testing.assert_array_equal(our_map, their_map)


def test_every_combination_and_initial_values_and_frames(folder):
    circuit = put(VDP, "sweep_vdp")
    mapping = MU | {"x0": {"vars": ["VdP_op/x"], "nodes": ["p"]}}
    results, table = grid_search(
        circuit, {"mu": [0.5, 3.0], "x0": [1.0, 2.0, -1.0]}, mapping, 1e-3, 10.0, OUT,
        sampling_step_size=0.1, permute_grid=True,
    )  # fmt: skip
    assert table.shape == (6, 2)
    for column, (mu, x0) in enumerate(table.to_numpy()):
        expected = exact(vdp_field(mu), [x0, 0.0], results.index.to_numpy())
        assert apart(results.iloc[:, column], expected[0]) < 1e-7
    frame = table.reset_index(drop=True)
    again, _ = grid_search(circuit, frame, mapping, 1e-3, 10.0, OUT, sampling_step_size=0.1)
    pd.testing.assert_frame_equal(again, results)
    assert list(frame.index) == list(range(6))  # the caller's table is not changed


def test_a_point_does_not_depend_on_its_neighbours(folder):
    circuit = put(VDP, "sweep_vdp")
    call = {"step_size": 1e-3, "simulation_time": 20.0, "outputs": OUT, "sampling_step_size": 0.1}
    alone, _ = grid_search(circuit, {"mu": [1.0]}, MU, **call)
    beside, _ = grid_search(circuit, {"mu": [10.0, 1.0, 0.1]}, MU, **call)
    np.testing.assert_array_equal(alone["x"], beside.iloc[:, 1])


NETWORK = """
K_op:
  base: OperatorTemplate
  equations: ["d/dt * phi = omega + inp - cos(phi)"]
  variables: {phi: output(0.5), omega: 2, inp: input(0.25)}
K_node: {base: NodeTemplate, operators: [K_op]}
K_circuit:
  base: CircuitTemplate
  nodes: {a: K_node, b: K_node}
  edges:
    - [a/K_op/phi, b/K_op/inp, null, {weight: 0.5}]
"""


def network(omega_a, omega_b, weight=0.5):
    return lambda t, s: [
        omega_a + 0.25 - np.cos(s[0]),
        omega_b + weight * s[0] - np.cos(s[1]),
    ]


@pytest.mark.parametrize("vectorize", [True, False])
def test_a_network_that_is_not_ours(folder, vectorize):
    circuit = put_text(NETWORK, "sweep_net", "K_circuit")
    results, _ = grid_search(
        circuit, {"o": [1.5, 2.5], "w": [0.1, -0.5]},
        {"o": {"vars": ["K_op/omega"], "nodes": ["b"]},
         "w": {"vars": ["weight"], "edges": [("a/K_op/phi", "b/K_op/inp")]}},
        1e-2, 5.0, {"phi": "all/K_op/phi"}, vectorize=vectorize,
    )  # fmt: skip
    for name, omega, weight in (("K_circuit_0", 1.5, 0.1), ("K_circuit_1", 2.5, -0.5)):
        expected = exact(network(2.0, omega, weight), [0.5, 0.5], results.index.to_numpy())
        assert apart(results["phi", name, "a"].iloc[:, 0], expected[0]) < 1e-7
        assert apart(results["phi", name, "b"].iloc[:, 0], expected[1]) < 1e-7


def test_a_parameter_declared_as_an_integer_is_not_truncated(folder):
    circuit = put_text(NETWORK, "sweep_net", "K_circuit")
    mapping = {"o": {"vars": ["K_op/omega"], "nodes": ["all"]}}
    results, _ = grid_search(circuit, {"o": [1.5, 2.7]}, mapping, 1e-2, 5.0, {"phi": "b/K_op/phi"})
    for column, omega in enumerate([1.5, 2.7]):
        expected = exact(network(omega, omega), [0.5, 0.5], results.index.to_numpy())
        assert apart(results.iloc[:, column], expected[1]) < 1e-7


def test_a_template_object_and_inputs(folder):
    from pyrates import CircuitTemplate

    model = system("M", {"k": 1.0}, {"x": ("-k*x + u", 0.0)}, ["u"])
    template = CircuitTemplate.from_yaml(put(model, "sweep_m"))
    drive = np.zeros(1001)
    drive[500:520] = 1.0
    inputs = {"p/M_op/u": drive}
    results, _ = grid_search(
        template, {"k": [1.0, 4.0]}, {"k": {"vars": ["M_op/k"], "nodes": ["p"]}},
        1e-2, 10.0, {"x": "p/M_op/x"}, inputs,
    )  # fmt: skip
    times = results.index.to_numpy()
    knots = np.linspace(0, 10, 1001)
    for column, k in enumerate([1.0, 4.0]):
        expected = solve_ivp(
            lambda t, s, k=k: -k * s + np.interp(t, knots, drive), (0, times[-1]), [0.0],
            method="DOP853", rtol=1e-10, atol=1e-12, max_step=0.005, t_eval=times,
        ).y[0]  # fmt: skip
        assert apart(results.iloc[:, column], expected) < 1e-6
    assert list(inputs) == ["p/M_op/u"]  # the caller's inputs are not changed


def test_a_point_that_blows_up_is_marked_and_the_others_are_kept(folder):
    circuit = put(system("M", {"k": 1.0}, {"x": ("k*x**2", 1.0)}), "sweep_m")
    mapping = {"k": {"vars": ["M_op/k"], "nodes": ["p"]}}
    with pytest.warns(PointStopped, match="M_circuit_1 blew up"):
        results, _ = grid_search(
            circuit, {"k": [-1.0, 1.0]}, mapping, 1e-3, 2.0, {"x": "p/M_op/x"},
            sampling_step_size=0.1,
        )  # fmt: skip
    times = results.index.to_numpy()
    np.testing.assert_allclose(results.iloc[:, 0], 1 / (1 + times), rtol=1e-8)
    np.testing.assert_allclose(results.iloc[:9, 1], 1 / (1 - times[:9]), rtol=1e-8)
    assert results.iloc[12:, 1].isna().all()
    assert results.attrs["status"] == {"M_circuit_0": "finished", "M_circuit_1": "blew up"}


def test_a_stiff_point_finishes(folder):
    circuit = put(VDP, "sweep_vdp")
    results, _ = grid_search(
        circuit, {"mu": [1000.0]}, MU, 1e-3, 1000.0, OUT, sampling_step_size=1.0, method="Radau"
    )
    assert results.attrs["status"] == {"VdP_circuit_0": "finished"}
    assert 1.9 < results["x"].abs().max() < 2.1


def test_nothing_is_left_and_nothing_is_printed(folder, capsys):
    circuit = put(VDP, "sweep_vdp")
    before = sorted(folder.iterdir()), list(sys.path)
    grid_search(circuit, {"mu": [1.0]}, MU, 1e-3, 1.0, OUT)
    assert (sorted(folder.iterdir()), list(sys.path)) == before
    assert capsys.readouterr().out == ""
    grid_search(circuit, {"mu": [1.0]}, MU, 1e-3, 1.0, OUT, verbose=True)
    assert "VdP_circuit_0" in capsys.readouterr().out


def test_whole_numbers_in_the_single_precision_of_pyrates(folder):
    from pyrates import grid_search as plain

    model = system("M", {"a": 1.0}, {"x": ("floor(a) + floor(2*t)", 0.0), "w": ("mod(a, 1)", 0.0)})
    mapping = {"a": {"vars": ["M_op/a"], "nodes": ["p"]}}
    values = [2.7, -2.7, 3.0, 0.0]
    outputs = {name: f"p/M_op/{name}" for name in "xw"}
    results, _ = plain(
        put(model, "sweep_m"), {"a": values}, mapping, 1e-3, 2.1, outputs,
        sampling_step_size=0.1, solver="scipy", verbose=False,
    )  # fmt: skip
    for column, a in enumerate(values):
        assert results["x"].iloc[20, column] == pytest.approx(2 * np.floor(a) + 3, abs=0.1)
        assert results["w"].iloc[20, column] == pytest.approx(2 * (a % 1), abs=0.1)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"param_grid": {"muu": [1.0]}}, "no entry for `muu` of param_grid; did you mean `mu`?"),
        (
            {"param_map": {"mu": {"vars": ["VdP_op/mi"], "nodes": ["p"]}}},
            "no variable `p/VdP_op/mi`; did you mean `p/VdP_op/mu`?",
        ),
        (
            {"param_map": {"mu": {"vars": ["VdP/mu"], "nodes": ["p"]}}},
            "no variable `p/VdP/mu`; did you mean `p/VdP_op/mu`?",
        ),
        (
            {"param_map": {"mu": {"vars": ["VdP_op/mu"], "nodes": ["q"]}}},
            "no variable `q/VdP_op/mu`",
        ),
        ({"outputs": {"x": "p/VdP_op/y"}}, "no variable `p/VdP_op/y`"),
        ({"outputs": {"x": "p/VdP_op/mu"}}, "`p/VdP_op/mu` is not a state variable"),
        ({"outputs": {"x": "x"}}, "no variable `x`"),
        ({"inputs": {"p/VdP_op/u": np.zeros(10)}}, "no variable `p/VdP_op/u`"),
        ({"param_grid": {"mu": [1.0, 2.0], "x": [1.0]}}, "differ in length: `mu` 2, `x` 1"),
        ({"param_grid": {"mu": [np.nan]}}, "finite"),
        ({"param_grid": {"mu": []}}, "at least one point"),
        ({"solver": "euler"}, "solver='euler' is not supported here; use 'scipy'"),
        ({"backend": "torch"}, "backend='torch' is not supported"),
        ({"float_precision": "float32"}, "float_precision='float32' is not supported"),
        ({"methd": "Radau"}, "no argument `methd`; did you mean `method`?"),
        ({"method": "DOP835"}, "no method 'DOP835'; did you mean `DOP853`?"),
        ({"init_kwargs": {"backend": "julia"}}, "backend='julia' is not supported"),
        ({"sampling_step_size": 9.0}, "shorter than one sample"),
    ],
)
def test_what_does_not_exist_is_an_error(folder, changed, message):
    call = {
        "circuit_template": put(VDP, "sweep_vdp"),
        "param_grid": {"mu": [1.0]},
        "param_map": MU,
        "step_size": 1e-3,
        "simulation_time": 1.0,
        "outputs": OUT,
    }
    with pytest.raises(ModelError) as caught:
        grid_search(**call | changed)
    assert message in str(caught.value)


def test_what_pyrates_says_is_passed_on(folder):
    with pytest.raises(SimulationError, match="cannot load `nowhere"):
        grid_search("nowhere.model.M_circuit", {"mu": [1.0]}, MU, 1e-3, 1.0, OUT)
    broken = NETWORK.replace("cos(phi)", "cos(cos(phi))")
    circuit = put_text(broken, "sweep_broken", "K_circuit")
    mapping = {"o": {"vars": ["K_op/omega"], "nodes": ["a"]}}
    with pytest.raises(SimulationError, match="PyRates cannot compile"):
        grid_search(circuit, {"o": [1.0]}, mapping, 1e-3, 1.0, {"phi": "a/K_op/phi"})
