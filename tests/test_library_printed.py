"""The model library: neurons of many rates against the papers' formulas, written a second time."""

import math

import numpy as np
import pytest
from library_runs import field


def test_neurons_against_the_rates_as_they_are_printed():
    """The field at random states, from the papers' formulas written out here a second time."""
    random = np.random.default_rng(1)
    for _ in range(20):
        v, d = random.uniform(-80, 40, 2)
        m, h, n, a, b, s, c, q = random.uniform(0, 1, 8)
        found = field("wang_buzsaki")([v, h, n])
        assert found == pytest.approx(wang_buzsaki(v, h, n), rel=1e-9)
        found = field("connor_stevens")([v, m, h, n, a, b])
        assert found == pytest.approx(connor_stevens(v, m, h, n, a, b), rel=1e-9)
        state = [v + 60, d + 60, h, n, s, c, q, random.uniform(0, 800)]
        assert field("pinsky_rinzel")(state) == pytest.approx(pinsky_rinzel(*state), rel=1e-9)


def wang_buzsaki(v, h, n):
    """Wang and Buzsaki 1996, Methods."""
    am = -0.1 * (v + 35) / (math.exp(-0.1 * (v + 35)) - 1)
    m = am / (am + 4 * math.exp(-(v + 60) / 18))
    ah, bh = 0.07 * math.exp(-(v + 58) / 20), 1 / (math.exp(-0.1 * (v + 28)) + 1)
    an = -0.01 * (v + 34) / (math.exp(-0.1 * (v + 34)) - 1)
    bn = 0.125 * math.exp(-(v + 44) / 80)
    current = 35 * m**3 * h * (v - 55) + 9 * n**4 * (v + 90) + 0.1 * (v + 65)
    return [1 - current, 5 * (ah * (1 - h) - bh * h), 5 * (an * (1 - n) - bn * n)]


def connor_stevens(v, m, h, n, a, b):
    """Dayan and Abbott, section 6.2 and appendix A of chapter 6."""
    am, bm = 0.38 * (v + 29.7) / (1 - math.exp(-0.1 * (v + 29.7))), -0.0556 * (v + 54.7)
    ah, bh = 0.266 * math.exp(-0.05 * (v + 48)), 3.8 / (1 + math.exp(-0.1 * (v + 18)))
    an = 0.02 * (v + 45.7) / (1 - math.exp(-0.1 * (v + 45.7)))
    bn = 0.25 * math.exp(-0.0125 * (v + 55.7))
    steady_a = 0.0761 * math.exp(0.0314 * (v + 94.22)) / (1 + math.exp(0.0346 * (v + 1.17)))
    time_a = 0.3632 + 1.158 / (1 + math.exp(0.0497 * (v + 55.96)))
    steady_b = (1 / (1 + math.exp(0.0688 * (v + 53.3)))) ** 4
    time_b = 1.24 + 2.678 / (1 + math.exp(0.0624 * (v + 50)))
    current = 0.3 * (v + 17) + 120 * m**3 * h * (v - 55) + 20 * n**4 * (v + 72)
    return [
        10 - current - 47.7 * a**3 * b * (v + 75),
        am * (1 - m) - 15.2 * math.exp(bm) * m,
        ah * (1 - h) - bh * h,
        an * (1 - n) - bn * n,
        (steady_a ** (1 / 3) - a) / time_a,
        (steady_b - b) / time_b,
    ]


def pinsky_rinzel(soma, dendrite, h, n, s, c, q, calcium):
    """Pinsky and Rinzel 1994, Methods, after Traub et al. 1991."""
    exp = math.exp
    am = 0.32 * (13.1 - soma) / (exp((13.1 - soma) / 4) - 1)
    m = am / (am + 0.28 * (soma - 40.1) / (exp((soma - 40.1) / 5) - 1))
    ah, bh = 0.128 * exp((17 - soma) / 18), 4 / (1 + exp((40 - soma) / 5))
    an = 0.016 * (35.1 - soma) / (exp((35.1 - soma) / 5) - 1)
    bn = 0.25 * exp(0.5 - 0.025 * soma)
    a_s = 1.6 / (1 + exp(-0.072 * (dendrite - 65)))
    b_s = 0.02 * (dendrite - 51.1) / (exp((dendrite - 51.1) / 5) - 1)
    ac, bc = 2 * exp((6.5 - dendrite) / 27), 0.0
    if dendrite <= 50:
        fast = ac
        ac = exp((dendrite - 10) / 11 - (dendrite - 6.5) / 27) / 18.975
        bc = fast - ac
    aq = min(0.2e-4 * calcium, 0.01)
    into = 10 * s**2 * (dendrite - 140)
    below = into + (0.8 * q + 15 * c * min(calcium / 250, 1)) * (dendrite + 15)
    above = 30 * m**2 * h * (soma - 120) + 15 * n * (soma + 15)
    return [
        (-0.1 * soma - above + 4.2 * (dendrite - soma) + 1.5) / 3,
        (-0.1 * dendrite - below + 4.2 * (soma - dendrite)) / 3,
        ah * (1 - h) - bh * h,
        an * (1 - n) - bn * n,
        a_s * (1 - s) - b_s * s,
        ac * (1 - c) - bc * c,
        aq * (1 - q) - 0.001 * q,
        -0.13 * into - 0.075 * calcium,
    ]
