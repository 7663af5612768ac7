"""Equations in a form that commuting, regrouping and distributing do not change.

A form is a polynomial with rational coefficients (a literal is the decimal number that was
written) over atoms: names, constants, and operations on forms. Equal forms are the same function
of real numbers, on the same domain: nothing is cancelled that could be undefined.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from nullcline.expression import Apply, Node, Number, Symbol

Monomial = tuple[tuple[int, int], ...]
"""Atoms by number, ascending, each with a power of at least 1."""
Form = dict[Monomial, Fraction]

MOST = 400
"""The most terms of a form."""
BITS = 4096
"""The most digits, in bits, of a coefficient."""
HIGHEST = 12
"""The highest power of a sum that is multiplied out."""

ODD = frozenset({"sin", "tan", "sinh", "tanh", "asin", "atan", "asinh", "atanh", "erf", "sign"})
EVEN = frozenset({"abs", "cos", "cosh"})
FLAT = frozenset({"min", "max", "and", "or"})
"""Operations that commute and associate."""
OPEN = frozenset(
    {"inverse", "root", "**", "log", "log10", "log2", "asin", "acos", "acosh", "atanh", "mod"}
    | {"where", "indicator"}
)
"""Operations that are not defined everywhere, or that hide whether they are."""
MIRRORED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "==", "!=": "!="}
ONE: Form = {(): Fraction(1)}


class TooLargeError(Exception):
    """A form that outgrows its bounds."""


class Algebra:
    """Makes forms; they can be compared with those that the same algebra made."""

    def __init__(self) -> None:
        self._atoms: dict[tuple[object, ...], int] = {}
        self._forms: dict[frozenset[tuple[Monomial, Fraction]], int] = {}
        self._open_atoms: set[int] = set()
        self._open_forms: set[int] = set()
        self._members: dict[int, tuple[str, frozenset[int]]] = {}

    def form(self, tree: Node, known: Mapping[str, Form]) -> Form:
        """The form of a tree, known names standing for their forms; raises TooLargeError."""
        match tree:
            case Number(value):
                return {(): Fraction(repr(value))} if value else {}
            case Symbol(name):
                return known[name] if name in known else self.atom("name", name)
            case Apply("where" | "indicator" as operation, (condition, *sides)):
                parts = [self.number(self.form(side, known)) for side in sides]
                return self.atom(operation, self.truth(condition, known), *parts)
        forms = [self.form(argument, known) for argument in tree.arguments]
        if rule := RULES.get(tree.operation):
            return rule(self, *forms)
        if tree.operation in ODD or tree.operation in EVEN:
            sign = -1 if leading(forms[0]) < 0 else 1
            found = self.atom(tree.operation, self.number(scaled(forms[0], sign)))
            return scaled(found, sign) if tree.operation in ODD else found
        if tree.operation in FLAT:
            return self._joined(tree.operation, forms)
        return self.atom(tree.operation, *map(self.number, forms))

    def truth(self, tree: Node, known: Mapping[str, Form]) -> tuple[object, ...]:
        """A key for a condition: equal keys, the same condition."""
        assert isinstance(tree, Apply)
        sign = tree.operation
        if sign in MIRRORED:
            left, right = (self.form(side, known) for side in tree.arguments)
            apart = self.sum(left, scaled(right, -1))
            lead = leading(apart)
            apart = scaled(apart, 1 / abs(lead)) if lead else apart
            if lead < 0:
                sign, apart = MIRRORED[sign], scaled(apart, -1)
            return (sign, self.number(apart))
        parts = [self.truth(part, known) for part in tree.arguments]
        if sign not in FLAT:
            return (sign, *parts)
        members: set[object] = set()
        for part in parts:
            held = part[1] if part[0] == sign else None
            members |= held if isinstance(held, frozenset) else {part}
        return (sign, frozenset(members))

    def _joined(self, operation: str, forms: list[Form]) -> Form:
        """min or max of however many, in no order."""
        members: set[int] = set()
        for form in forms:
            ((power, factor), *more) = list(form.items()) or [((), Fraction(0))]
            alone = len(power) == 1 and power[0][1] == 1 and factor == 1 and not more
            kind, held = self._members.get(power[0][0], ("", None)) if alone else ("", None)
            members |= held if held and kind == operation else {self.number(form)}
        found = self.atom(operation, *sorted(members))
        self._members[next(iter(found))[0][0]] = (operation, frozenset(members))
        return found

    def atom(self, operation: str, *parts: object) -> Form:
        """An operation taken as it is; `parts` are numbers of forms, keys of conditions, names."""
        atom = self._atoms.setdefault((operation, *parts), len(self._atoms) + 1)
        if operation in OPEN or any(part in self._open_forms for part in parts):
            self._open_atoms.add(atom)
        return {((atom, 1),): Fraction(1)}

    def number(self, form: Form) -> int:
        """The number of a form: equal numbers, equal forms."""
        number = self._forms.setdefault(frozenset(form.items()), len(self._forms) + 1)
        if any(self._is_open(power) for power in form):
            self._open_forms.add(number)
        return number

    def _is_open(self, power: Monomial) -> bool:
        return any(atom in self._open_atoms for atom, _ in power)

    # Arithmetic

    def sum(self, one: Form, other: Form) -> Form:
        """Terms that cancel are dropped, unless they can be undefined."""
        found = dict(one)
        for power, factor in other.items():
            total = found.get(power, Fraction(0)) + factor
            if total or self._is_open(power):
                found[power] = total
            else:
                found.pop(power, None)
        return bounded(found)

    def product(self, one: Form, other: Form) -> Form:
        """Multiplied out."""
        if len(one) * len(other) > 20 * MOST:
            raise TooLargeError
        found: Form = {}
        for left, factor in one.items():
            for right, other_factor in other.items():
                found = self._with(found, together(left, right), factor * other_factor)
        if not (one and other):  # 0 times what may be undefined is 0 or undefined
            return {power: Fraction(0) for power in (*one, *other) if self._is_open(power)}
        return bounded(found)

    def _with(self, form: Form, power: Monomial, factor: Fraction) -> Form:
        total = form.get(power, Fraction(0)) + factor
        form[power] = total
        if not total and not self._is_open(power):
            del form[power]
        return form

    def inverse(self, form: Form) -> Form:
        """1 over a form; of a single term, term by term."""
        if len(form) == 1 and all(form.values()):
            ((power, factor),) = form.items()
            found: Form = {(): 1 / factor}
            for atom, times in power:
                one = self.atom("inverse", self.number({((atom, 1),): Fraction(1)}))
                found = self.product(found, self._repeated(one, times))
            return found
        lead = leading(form)
        if not lead:
            return self.atom("inverse", self.number(form))
        return scaled(self.atom("inverse", self.number(scaled(form, 1 / lead))), 1 / lead)

    def power(self, base: Form, exponent: Form) -> Form:
        """A whole power is multiplied out where that stays small."""
        if exponent and set(exponent) != {()}:
            return self.atom("**", self.number(base), self.number(exponent))
        times = exponent.get((), Fraction(0))
        if times.denominator != 1 or times == 0 or abs(times) > BITS:
            return self.atom("root", self.number(base), times)
        if times < 0:
            return self.power(self.inverse(base), scaled(exponent, -1))
        if len(base) > 1 and times > HIGHEST:
            return self.atom("root", self.number(base), times)
        return self._repeated(base, int(times))

    def _repeated(self, base: Form, times: int) -> Form:
        found = ONE
        for _ in range(times):
            found = self.product(found, base)
        return found


def together(left: Monomial, right: Monomial) -> Monomial:
    """The product of two monomials."""
    if not left or not right:
        return left or right
    powers = dict(left)
    for atom, times in right:
        powers[atom] = powers.get(atom, 0) + times
    return tuple(sorted(powers.items()))


def scaled(form: Form, factor: Fraction | int) -> Form:
    """A form times a number that is not 0."""
    return form if factor == 1 else {power: value * factor for power, value in form.items()}


def leading(form: Form) -> Fraction:
    """The coefficient that decides of a sign: that of the least monomial; 0 if there is none."""
    powers = [power for power, value in form.items() if value]
    return form[min(powers)] if powers else Fraction(0)


def bounded(form: Form) -> Form:
    """The same form, or TooLargeError."""
    large = any(
        value.numerator.bit_length() + value.denominator.bit_length() > BITS
        for value in form.values()
    )
    if large or len(form) > MOST:
        raise TooLargeError
    return form


def _minus(algebra: Algebra, left: Form, right: Form) -> Form:
    return algebra.sum(left, scaled(right, -1))


def _exp(algebra: Algebra, form: Form) -> Form:
    return algebra.atom("exp", algebra.number(form))


def _sigmoid(algebra: Algebra, form: Form) -> Form:
    return algebra.inverse(algebra.sum(ONE, _exp(algebra, scaled(form, -1))))


RULES: Mapping[str, Callable[..., Form]] = {
    "+": Algebra.sum,
    "-": _minus,
    "neg": lambda _, form: scaled(form, -1),
    "*": Algebra.product,
    "/": lambda algebra, one, other: algebra.product(one, algebra.inverse(other)),
    "**": Algebra.power,
    "sqrt": lambda algebra, form: algebra.power(form, {(): Fraction(1, 2)}),
    "expm1": lambda algebra, form: algebra.sum(_exp(algebra, form), {(): Fraction(-1)}),
    "log1p": lambda algebra, form: algebra.atom("log", algebra.number(algebra.sum(ONE, form))),
    "sigmoid": _sigmoid,
}
"""How the form of an operation comes from those of its arguments."""
