"""The model library in tests: its files, how long each model runs, and its field as a function."""

from importlib.resources import files

import numpy as np
from scipy.optimize import root

from nullcline import Dynamics, Run, reference

DURATIONS = {
    "brusselator": (20, 40),
    "chua": (10, 100),
    "connor_stevens": (10, 100),
    "duffing": (20, 150),
    "epileptor": (40, 500),
    "fitzhugh_nagumo": (40, 100),
    "fitzhugh_rinzel": (60, 2000),
    "goodwin": (60, 300),
    "henon_heiles": (20, 100),
    "hindmarsh_rose": (40, 600),
    "hires": (5, 321.8122),
    "hodgkin_huxley": (12, 100),
    "izhikevich": (50, 200),
    "jansen_rit": (0.2, 2),
    "kuramoto": (20, 50),
    "larter_breakspear": (30, 300),
    "logistic": (20, 30),
    "lorenz": (10, 50),
    "lotka_volterra": (20, 50),
    "morris_lecar": (100, 400),
    "nose_hoover": (20, 100),
    "oregonator": (4, 360),
    "pinsky_rinzel": (30, 150),
    "qif_mean_field": (20, 40),
    "reduced_wong_wang": (500, 2000),
    "repressilator": (40, 200),
    "robertson": (4, 1e5),
    "roessler": (20, 150),
    "rosenzweig_macarthur": (40, 150),
    "selkov": (20, 60),
    "sir": (60, 150),
    "stuart_landau": (10, 30),
    "van_der_pol": (20, 40),
    "van_der_pol_forced": (10, 50),
    "wang_buzsaki": (20, 100),
    "wilson_cowan": (60, 300),
}
"""By the name of the file, in the model's time unit: a run at which exports are compared with the
reference, at its accuracy and so not too long; and one that shows what the model does."""

LIBRARY = sorted(
    path.name for path in (files("nullcline") / "library").iterdir() if path.name.endswith(".yaml")
)
RUNS = {f"{name}.yaml": Run(float(time), time / 100) for name, (time, _) in DURATIONS.items()}
LONG = {f"{name}.yaml": float(time) for name, (_, time) in DURATIONS.items()}


def library(name):
    """The model in a file of the library, the suffix being optional."""
    file = name if name.endswith(".yaml") else f"{name}.yaml"
    return Dynamics.from_yaml((files("nullcline") / "library" / file).read_text(encoding="utf-8"))


def field(name, time=0.0, **values):
    """The model's right-hand side as a function of the state, shape (states,)."""
    function = reference.vector_field(library(name).system(), values)
    return lambda state: function(time, np.asarray(state, dtype=float))


def eigenvalues(function, state):
    """Of the Jacobian at a state, by central differences, the largest real part first."""
    state = np.asarray(state, dtype=float)
    steps = np.diag(1e-6 * np.maximum(1, np.abs(state)))
    columns = [(function(state + h) - function(state - h)) / (2 * h.sum()) for h in steps]
    found = np.linalg.eigvals(np.array(columns).T)
    return found[np.argsort(-found.real)]


def growth(name, near, **values):
    """The largest real part of the eigenvalues at the equilibrium near a state."""
    function = field(name, **values)
    return eigenvalues(function, equilibrium(function, near))[0].real


def equilibrium(function, near):
    """The equilibrium that Newton's method reaches from near it."""
    found = root(function, near, tol=1e-12)
    assert np.abs(function(found.x)).max() < 1e-8
    return found.x
