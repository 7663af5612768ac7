# mypy: disable-error-code="untyped-decorator,no-untyped-call"
"""The register machine for one point, where each point has a step and a matrix of its own."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nullcline.engine import machine as m
from nullcline.engine.jit import inner

ADD, SUB, MUL, DIV, NEG, FUSED = m.ADD, m.SUB, m.MUL, m.DIV, m.NEG, m.FUSED
EXP, SIGMOID, WHERE, NE, NOT, MAX = m.EXP, m.SIGMOID, m.WHERE, m.NE, m.NOT, m.MAX
LT, LE, GT, GE, EQ, AND, OR, MIN = m.LT, m.LE, m.GT, m.GE, m.EQ, m.AND, m.OR, m.MIN
ABS, SIGN, STEP, SQRT, FLOOR, CEIL = m.ABS, m.SIGN, m.STEP, m.SQRT, m.FLOOR, m.CEIL


@inner
def _fused(op: int, product: float, c: float) -> float:
    """The sum of a product and a number, rounded by itself."""
    if op == FUSED:
        return product + c
    return product - c if op == FUSED + 1 else c - product


@inner
def run(code: Any, registers: Any) -> None:
    """Run the instructions (op, result, a, b, c) over one number a register."""
    for k in range(code.shape[0]):
        op, d = code[k, 0], code[k, 1]
        x, y = registers[code[k, 2]], registers[code[k, 3]]
        if op == ADD:
            registers[d] = x + y
        elif op == MUL:
            registers[d] = x * y
        elif op == SUB:
            registers[d] = x - y
        elif op == DIV:
            registers[d] = x / y
        elif op >= FUSED:
            registers[d] = _fused(op, x * y, registers[code[k, 4]])
        elif op == NEG:
            registers[d] = -x
        elif op == EXP:
            registers[d] = math.exp(x)
        elif op == WHERE:
            registers[d] = y if x != 0.0 else registers[code[k, 4]]
        elif op <= MAX:
            registers[d] = _chosen(op, x, y)
        elif op <= CEIL:
            registers[d] = _rounded(op, x)
        else:
            registers[d] = 1.0 / (1.0 + math.exp(-x)) if op == SIGMOID else m.scalar(op, x, y)


@inner
def _chosen(op: int, x: float, y: float) -> float:
    if op == MIN:
        return x if x < y or math.isnan(x) else y
    if op == MAX:
        return x if x > y or math.isnan(x) else y
    if op == LT:
        holds = x < y
    elif op == LE:
        holds = x <= y
    elif op == GT:
        holds = x > y
    elif op == GE:
        holds = x >= y
    elif op == EQ:
        holds = x == y
    elif op == NE:
        holds = x != y
    elif op == AND:
        holds = x != 0.0 and y != 0.0
    elif op == OR:
        holds = x != 0.0 or y != 0.0
    else:
        holds = x == 0.0
    return 1.0 if holds else 0.0


@inner
def _rounded(op: int, x: float) -> float:
    if op == ABS:
        return math.fabs(x)
    if op == SQRT:
        return math.sqrt(x)
    if op == FLOOR:
        return float(np.floor(x))
    if op == CEIL:
        return float(np.ceil(x))
    if x == 0.0:
        return 0.5 if op == STEP else 0.0
    if x > 0.0:
        return 1.0
    if x < 0.0:
        return -1.0 if op == SIGN else 0.0
    return x
