"""Functions of vectors to about one unit in the last place, by the series of Sun's fdlibm."""

from __future__ import annotations

from typing import Any

from nullcline.engine.instructions import (
    down,
    exponent,
    head,
    magnitude,
    mantissa,
    negative,
    shifted,
)
from nullcline.engine.instructions import signed as with_sign
from nullcline.engine.jit import inner
from nullcline.engine.lanes import select

MAGIC = 6755399441055744.0
"""1.5 * 2**52: adding it rounds to a whole number."""


@inner
def nan(x: Any) -> Any:
    """Where there is no number."""
    return x != x  # noqa: PLR0124


@inner
def exp(x: Any) -> Any:
    """e**x to 1.5 units in the last place: x = k log 2 + r, and a series for e**r."""
    low = select(x < -746.0, -746.0, select(nan(x), 0.0, x))
    inside = select(low > 710.0, 710.0, low)
    half = inside * 0.7213475204444817 + MAGIC
    twice = (inside * 1.4426950408889634 + MAGIC) - MAGIC
    rest = twice - (half - MAGIC)
    r = (inside - twice * 0.6931471803691238) - twice * 1.9082149292705877e-10
    p = r * 1.6059043836821613e-10 + 2.08767569878681e-09
    p = p * r + 2.505210838544172e-08
    p = p * r + 2.755731922398589e-07
    p = p * r + 2.7557319223985893e-06
    p = p * r + 2.48015873015873e-05
    p = p * r + 0.0001984126984126984
    p = p * r + 0.001388888888888889
    p = p * r + 0.008333333333333333
    p = p * r + 0.041666666666666664
    p = p * r + 0.16666666666666666
    p = p * r + 0.5
    p = (p * r) * r + r + 1.0
    return select(nan(x), x, p * shifted(half) * shifted(rest + MAGIC))


@inner
def expm1(x: Any) -> Any:
    """e**x - 1 for x below 700: 2**k (e**r - 1) + (2**k - 1)."""
    inside = select(x < -50.0, -50.0, x)
    whole = inside * 1.4426950408889634 + MAGIC
    k = whole - MAGIC
    r = (inside - k * 0.6931471803691238) - k * 1.9082149292705877e-10
    p = r * 1.1470745597729725e-11 + 1.6059043836821613e-10
    p = p * r + 2.08767569878681e-09
    p = p * r + 2.505210838544172e-08
    p = p * r + 2.755731922398589e-07
    p = p * r + 2.7557319223985893e-06
    p = p * r + 2.48015873015873e-05
    p = p * r + 0.0001984126984126984
    p = p * r + 0.001388888888888889
    p = p * r + 0.008333333333333333
    p = p * r + 0.041666666666666664
    p = p * r + 0.16666666666666666
    p = p * r + 0.5
    p = r + (r * r) * p
    scale = shifted(whole)
    return select(k == 0.0, with_sign(p, x), p * scale + (scale - 1.0))


@inner
def tanh(x: Any) -> Any:
    """The hyperbolic tangent of any number."""
    size = magnitude(x)
    size = select(size < 22.0, size, 22.0)
    small = size < 1.0
    twice = size + size
    t = expm1(select(small, negative(twice), twice))
    share = select(small, t, 2.0) / (t + 2.0)
    found = select(small, negative(share), 1.0 - share)
    return select(nan(x), x, with_sign(found, x))


@inner
def cosh(x: Any) -> Any:
    """The hyperbolic cosine of numbers up to 700 in size."""
    e = exp(magnitude(x)) * 0.5
    return e + 0.25 / e


@inner
def circular(x: Any, quarter: float) -> Any:
    """The sine (quarter 0) or cosine (quarter 1) of numbers below 2**19 in size."""
    n = (x * 0.6366197723675814 + MAGIC) - MAGIC
    t = x - n * 1.5707963267341256
    w = n * 6.077100506303966e-11
    r = t - w
    w = n * 2.0222662487959506e-21 - ((t - r) - w)
    y = r - w
    low = (r - y) - w
    z = y * y
    p = z * 1.58969099521155010221e-10 - 2.50507602534068634195e-08
    p = (p * z + 2.75573137070700676789e-06) * z - 1.98412698298579493134e-04
    p = p * z + 8.33333333332248946124e-03
    cube = z * y
    sine = y - ((z * (low * 0.5 - cube * p) - low) + cube * 1.66666666666666324348e-01)
    q = z * -1.13596475577881948265e-11 + 2.08757232129817482790e-09
    q = (q * z - 2.75573143513906633035e-07) * z + 2.48015872894767294178e-05
    q = ((q * z - 1.38888888888741095749e-03) * z + 4.16666666666666019037e-02) * z
    half = z * 0.5
    whole = 1.0 - half
    cosine = whole + (((1.0 - whole) - half) + (z * q - y * low))
    n = n + quarter
    turn = n - down(n * 0.25) * 4.0
    found = select((turn == 1.0) | (turn == 3.0), cosine, sine)
    return select(turn >= 2.0, negative(found), found)


@inner
def log(x: Any) -> Any:
    """The natural logarithm of positive normal numbers."""
    m, k = mantissa(x), exponent(x)
    large = m > 1.4142135623730951
    f = select(large, m * 0.5, m) - 1.0
    k = select(large, k + 1.0, k)
    s = f / (f + 2.0)
    z = s * s
    p = z * 1.479819860511658591e-01 + 1.531383769920937332e-01
    p = (p * z + 1.818357216161805012e-01) * z + 2.222219843214978396e-01
    p = (p * z + 2.857142874366239149e-01) * z + 3.999999999940941908e-01
    p = (p * z + 6.666666666666735130e-01) * z
    half = f * f * 0.5
    return k * 6.93147180369123816490e-01 - (
        (half - (s * (half + p) + k * 1.90821492927058770002e-10)) - f
    )


@inner
def log2(x: Any) -> tuple[Any, Any]:
    """The binary logarithm of positive normal numbers as a sum of a short number and a small one,
    right to 70 bits."""
    m, k = mantissa(x), exponent(x)
    large, middle = m > 1.7320508075688772, m > 1.224744871391589
    k, m = select(large, k + 1.0, k), select(large, m * 0.5, m)
    turned = select(large, 0.0, select(middle, 1.0, 0.0))
    base = turned * 0.5 + 1.0
    u, v = m - base, 1.0 / (m + base)
    s = u * v
    high = head(s)
    below = head(m + base)
    low = ((u - high * below) - high * (m - (below - base))) * v
    z = s * s
    r = z * 2.06975017800338417784e-01 + 2.30660745775561754067e-01
    r = (r * z + 2.72728123808534006489e-01) * z + 3.33333329818377432918e-01
    r = (r * z + 4.28571428578550184252e-01) * z + 5.99999999999994648725e-01
    r = z * z * r + low * (high + s)
    square = high * high
    t = head(square + 3.0 + r)
    rest = r - ((t - 3.0) - square)
    u, v = high * t, low * t + rest * s
    p = head(u + v)
    rest = v - (p - u)
    high = p * 9.61796700954437255859e-01
    low = p * -7.02846165095275826516e-09 + rest * 9.61796693925975554329e-01
    low = low + turned * 1.35003920212974897128e-08
    add = turned * 5.84962487220764160156e-01
    first = head(((high + low) + add) + k)
    return first, low - (((first - k) - add) - high)


@inner
def exponent_of_power(x: Any, y: Any) -> tuple[Any, Any]:
    """y log2 x, for positive normal x, as a sum of an exact product and a small number."""
    first, second = log2(x)
    short = head(y)
    return short * first, (y - short) * first + y * second


@inner
def exp2(large: Any, small: Any) -> Any:
    """2 to the power of a sum, between -1020 and 1020."""
    whole = (large + small) + MAGIC
    large = large - (whole - MAGIC)
    t = head(large + small)
    u = t * 6.93147182464599609375e-01
    v = (small - (t - large)) * 6.93147180559945286227e-01 + t * -1.90465429995776804525e-09
    z = u + v
    w = v - (z - u)
    t = z * z
    p = t * 4.13813679705723846039e-08 - 1.65339022054652515390e-06
    p = (p * t + 6.61375632143793436117e-05) * t - 2.77777777770155933842e-03
    p = z - t * (p * t + 1.66666666666666019037e-01)
    r = (z * p) / (p - 2.0) - (w + z * w)
    return (1.0 - (r - z)) * shifted(whole)
