"""The register machine: what each instruction of a program does, for many points at once."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nullcline.engine.codes import CODES
from nullcline.engine.functions import (
    circular,
    cosh,
    exp,
    exp2,
    expm1,
    exponent_of_power,
    log,
    nan,
    tanh,
)
from nullcline.engine.instructions import at, down, magnitude, minus, negative, plus, root, up
from nullcline.engine.jit import inner
from nullcline.engine.lanes import bits, lanes_in, load, select, store

ADD, SUB, MUL, DIV, NEG = (CODES[name] for name in ("+", "-", "*", "/", "neg"))
LT, LE, GT, GE, EQ, NE = (CODES[name] for name in ("<", "<=", ">", ">=", "==", "!="))
AND, OR, NOT, WHERE = (CODES[name] for name in ("and", "or", "not", "where"))
MIN, MAX, ABS, SIGN, STEP = (CODES[name] for name in ("min", "max", "abs", "sign", "heaviside"))
SQRT, FLOOR, CEIL, EXP = (CODES[name] for name in ("sqrt", "floor", "ceil", "exp"))
SIGMOID, TANH, SIN, COS = (CODES[name] for name in ("sigmoid", "tanh", "sin", "cos"))
POW, MOD, LOG, LOG10, LOG2 = (CODES[name] for name in ("**", "mod", "log", "log10", "log2"))
LOG1P, EXPM1, TAN, SINH = (CODES[name] for name in ("log1p", "expm1", "tan", "sinh"))
COSH, ASIN, ACOS, ATAN = (CODES[name] for name in ("cosh", "asin", "acos", "atan"))
ASINH, ACOSH, ATANH, ATAN2 = (CODES[name] for name in ("asinh", "acosh", "atanh", "atan2"))
FUSED = CODES["a*b+c"]
ERF, ERFC = (CODES[name] for name in ("erf", "erfc"))


@inner
def evaluate(code: Any, registers: Any, blocks: Any) -> None:  # noqa: PLR0912
    """Run the instructions (op, result, a, b, c) over flat registers of a vector each."""
    lanes = lanes_in(blocks)
    for k in range(code.shape[0]):
        op, d = code[k, 0], code[k, 1] * lanes
        x = load(blocks, registers, code[k, 2] * lanes)
        if op == ADD:
            store(registers, d, x + load(blocks, registers, code[k, 3] * lanes))
        elif op == MUL:
            store(registers, d, x * load(blocks, registers, code[k, 3] * lanes))
        elif op == SUB:
            store(registers, d, x - load(blocks, registers, code[k, 3] * lanes))
        elif op == DIV:
            store(registers, d, x / load(blocks, registers, code[k, 3] * lanes))
        elif op >= FUSED:
            product = x * load(blocks, registers, code[k, 3] * lanes)
            c = load(blocks, registers, code[k, 4] * lanes)
            if op == FUSED:
                store(registers, d, plus(product, c))
            elif op == FUSED + 1:
                store(registers, d, minus(product, c))
            else:
                store(registers, d, minus(c, product))
        elif op == NEG:
            store(registers, d, negative(x))
        elif op == EXP:
            store(registers, d, exp(x))
        elif op == SIGMOID:
            store(registers, d, 1.0 / (1.0 + exp(negative(x))))
        elif op <= MAX:
            y = load(blocks, registers, code[k, 3] * lanes)
            _choose(registers, blocks, op, d, x, y, code[k, 4] * lanes)
        elif op <= CEIL:
            _round(registers, op, d, x)
        elif op <= COSH:
            _smooth(registers, blocks, op, d, x)
        else:
            y = load(blocks, registers, code[k, 3] * lanes)
            _other(registers, blocks, op, d, x, y)


@inner
def _choose(registers: Any, blocks: Any, op: int, d: int, x: Any, y: Any, c: int) -> None:
    one, zero = 1.0, 0.0
    if op == WHERE:
        store(registers, d, select(x != 0.0, y, load(blocks, registers, c)))
    elif op == LT:
        store(registers, d, select(x < y, one, zero))
    elif op == LE:
        store(registers, d, select(x <= y, one, zero))
    elif op == GT:
        store(registers, d, select(x > y, one, zero))
    elif op == GE:
        store(registers, d, select(x >= y, one, zero))
    elif op == EQ:
        store(registers, d, select(x == y, one, zero))
    elif op == NE:
        store(registers, d, select(x != y, one, zero))
    elif op == AND:
        store(registers, d, select((x != 0.0) & (y != 0.0), one, zero))
    elif op == OR:
        store(registers, d, select((x != 0.0) | (y != 0.0), one, zero))
    elif op == NOT:
        store(registers, d, select(x != 0.0, zero, one))
    elif op == MIN:
        store(registers, d, select((x < y) | nan(x), x, y))
    else:
        store(registers, d, select((x > y) | nan(x), x, y))


@inner
def _round(registers: Any, op: int, d: int, x: Any) -> None:
    if op == ABS:
        store(registers, d, magnitude(x))
    elif op == SQRT:
        store(registers, d, root(x))
    elif op == FLOOR:
        store(registers, d, down(x))
    elif op == CEIL:
        store(registers, d, up(x))
    else:
        below, middle = (-1.0, 0.0) if op == SIGN else (0.0, 0.5)
        found = select(x < 0.0, below, select(x == 0.0, middle, x))
        store(registers, d, select(x > 0.0, 1.0, found))


@inner
def _smooth(registers: Any, blocks: Any, op: int, d: int, x: Any) -> None:
    """Functions by series; the lanes for which these do not hold, one by one."""
    size = magnitude(x)
    if op == TANH:
        found, fine = tanh(x), x == x  # noqa: PLR0124
    elif op == EXPM1:
        found, fine = expm1(x), x < 700.0
    elif op == LOG:
        found, fine = log(x), (x > 2.3e-308) & (x < 1.7e308)
    elif op == COSH:
        found, fine = cosh(x), size < 700.0
    else:
        found, fine = circular(x, 0.0 if op == SIN else 1.0), size < 524288.0
    store(registers, d, found)
    left = ~bits(fine)
    if (left << (64 - lanes_in(blocks))) != 0:
        for lane in range(lanes_in(blocks)):
            if (left >> lane) & 1:
                registers[d + lane] = scalar(op, at(x, lane), 0.0)


@inner
def _other(registers: Any, blocks: Any, op: int, d: int, x: Any, y: Any) -> None:
    if op == POW:
        _power(registers, blocks, d, x, y)
    else:
        for lane in range(lanes_in(blocks)):
            registers[d + lane] = scalar(op, at(x, lane), at(y, lane))


@inner
def _power(registers: Any, blocks: Any, d: int, x: Any, y: Any) -> None:
    """Powers of positive numbers by series; where these do not hold, one by one."""
    large, small = exponent_of_power(x, y)
    store(registers, d, exp2(large, small))
    fine = (x > 2.3e-308) & (x < 1.7e308) & (magnitude(large) < 1000.0)
    left = ~bits(fine)
    if (left << (64 - lanes_in(blocks))) != 0:
        for lane in range(lanes_in(blocks)):
            if (left >> lane) & 1:
                registers[d + lane] = math.pow(at(x, lane), at(y, lane))


@inner
def scalar(op: int, x: float, y: float) -> float:
    """One instruction for one point, of those that are not simple arithmetic."""
    if op == TANH:
        return math.tanh(x)
    if op == SIN:
        return math.sin(x)
    if op == COS:
        return math.cos(x)
    if op == POW:
        return math.pow(x, y)
    if op == MOD:
        return modulo(x, y)
    if op == LOG:
        return math.log(x)
    if op == LOG10:
        return math.log10(x)
    if op == LOG2:
        return math.log2(x)
    if op == LOG1P:
        return math.log1p(x)
    if op == EXPM1:
        return math.expm1(x)
    if op == TAN:
        return math.tan(x)
    if op == SINH:
        return math.sinh(x)
    return _rare(op, x, y)


@inner
def _rare(op: int, x: float, y: float) -> float:
    if op == COSH:
        return math.cosh(x)
    if op == ASIN:
        return math.asin(x)
    if op == ACOS:
        return math.acos(x)
    if op == ATAN:
        return math.atan(x)
    if op == ASINH:
        return math.asinh(x)
    if op == ACOSH:
        return math.acosh(x)
    if op == ATANH:
        return math.atanh(x)
    if op == ATAN2:
        return math.atan2(x, y)
    if op == ERF:
        return math.erf(x)
    return math.erfc(x)


@inner
def modulo(x: float, y: float) -> float:
    """x modulo y with the sign of y, NaN where y is 0."""
    rest = float(np.fmod(x, y))
    if rest == 0.0:
        return math.copysign(rest, y)
    return rest + y if (rest < 0.0) != (y < 0.0) else rest
