"""A handful of models in which every fault matters: equal values, zeros, boundaries, all kinds."""

from nullcline import Dynamics, Run

RUN = Run(2.0, 0.1)


def _model(states, parameters=(), constants=(), auxiliaries=(), inputs=()):
    model = Dynamics("M", parameters=dict(parameters))
    for name in inputs:
        model.add_coupling_input(name)
    for name, equation in dict(constants).items():
        model.add_derived_parameter(name, equation)
    for name, equation in dict(auxiliaries).items():
        model.add_derived_variable(name, equation)
    for name, (equation, initial) in states.items():
        model.add_state_variable(name, equation, initial)
    return model.system()


MODELS = {
    "arithmetic": _model(
        {
            "x": ("-x**2 + a - (b - y) + 1/2", 0.5),
            "y": ("(x + a)*b - y/(2*a) + 2**x**2/3 - 2*x*c", 0.25),
            "z": ("3*(y - z) - x*0.123456789 + 1e-7*z*1e6 - y**3", 0.123456789),
        },
        {"a": 1.0, "b": 1.0, "c": 0.0},
    ),
    "literals": _model(
        {"x": ("0.123456789*x", 0.123456789), "y": ("1e-7*y*1e6 + 0.1*a - b*0.7", 0.3)},
        {"a": 0.1, "b": 0.123456789},
    ),
    "branches": _model(
        {
            "s": ("1", -1.0),
            "x": ("where(s > 0.5, 1, -2) + where(s <= 0.25 and s > -0.5, k, 0) - x", 0.5),
            "y": ("min(max(x, -0.3), 0.6)*2 + heaviside(s - 0.5) - sign(s) - y", 0.25),
            "z": ("mod(s, 0.7) + floor(1.5*s) - abs(s)*3 + where(not s < 0, y, 1) - z", 0.0),
            "w": ("where(s == 0.5, 5, 0) + where(s != 0.25, 1, 3) + max(s, 0.2) - w", 0.0),
        },
        {"k": 0.7},
    ),
    "functions": _model(
        {
            "x": ("log(2 + x**2) - log10(1 + y**2) + log2(1 + y**2) - x", 0.5),
            "y": ("sin(3*x) - cos(y) + tanh(2*x) - atan2(y, 1 + x**2) - y", 0.25),
            "z": ("exp(-x) - sqrt(1 + y**2) + sigmoid(4*x) + log1p(x**2) - expm1(y) - z", 0.1),
            "w": ("pi*x - e*w + asin(0.5*sin(y)) + tan(0.3*z) + sinh(y)", 0.0),
        }
    ),
    "erf": _model({"x": ("erf(x + 0.2) - erfc(2*x) - x", 0.5)}),
    "derived": _model(
        {"x": ("q2 - k2*x", 0.5), "y": ("q1*g - y + h", 0.25)},
        {"a": 1.0, "b": 1.0, "g": 0.4, "h": 0.1},
        {"k1": "a + b", "k2": "k1*b"},
        {"q1": "k1*y - x", "q2": "q1**2 - 0.2*x*y"},
    ),
    "clock": _model({"x": ("sin(3*t)*a - x", 0.5), "y": ("x - y*t", 0.25)}, {"a": 1.2}),
    "names": _model(
        {"x": ("gamma - 2*gamma_*x + e*y - pi", 0.5), "y": ("t - y*I", 0.25)},
        {"gamma": 0.3, "gamma_": 0.9, "e": 0.7, "pi": 0.2, "t": 0.6, "I": 1.5},
    ),
    "inputs": _model(
        {"x": ("c - k*x + 2*d", 0.5), "y": ("x - y", 0.25)}, {"k": 0.5}, inputs=("c", "d")
    ),
    "van der Pol": _model(
        {"x": ("z", 0.1), "z": ("mu*(1 - x**2)*z - w*x", 0.0)}, {"mu": 1.0, "w": 1.0}
    ),
    "tiny": _model({"x": ("-5*x + y", 1e-9), "y": ("-x*20", 2e-9)}),
    "pulse": _model(
        {"x": ("where(t >= 0.5 and t < 0.75, k, 0) - x", 0.5), "y": ("x - min(y, m)", 0.25)},
        {"k": 2.0, "m": 0.3},
    ),
    "not a number": _model({"x": ("1", 0.5), "y": ("min(sqrt(x), 1) - y", 0.5)}),
}
"""By name, as Systems."""
