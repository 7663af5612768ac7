"""The public Dynamics: the generated class plus the verbs of a modeller who writes and uses it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from nullcline import compiler, datamodel, structure
from nullcline.analyses import Analyses
from nullcline.brief import brief
from nullcline.datamodel.record import Record
from nullcline.document import Document
from nullcline.errors import ModelError, Path, Place, Problem
from nullcline.expression import normal
from nullcline.host.files import write_text
from nullcline.sources import read_file, yaml
from nullcline.structure.scalars import Locate
from nullcline.suffixes import GRAPHS, agreed
from nullcline.system import System
from nullcline.targets import OWN, refuse_export

if TYPE_CHECKING:
    from nullcline.conformance.table import Verdicts
    from nullcline.continuation import Box
    from nullcline.targets import Target
    from nullcline.units import Units


class Dynamics(datamodel.Dynamics, Analyses):
    """A dynamical model: parameters, state variables, equations, and what can be made of them.

    ``Dynamics("VdP")`` starts empty; keyword arguments take the dictionaries of a model file:
    ``Dynamics(name="Lorenz", parameters={"sigma": 10.0}, state_variables={...})``.
    """

    __slots__ = ("_compiled", "_locate")

    def __init__(self, name: str = "", **slots: Any) -> None:
        super().__init__(name)
        self._locate: Locate = _inside
        if slots:
            self._adopt(structure.load(datamodel.Dynamics, _plain({"name": name, **slots})))

    def _adopt(self, other: datamodel.Dynamics) -> None:
        for slot in self.__dataclass_fields__:
            setattr(self, slot, getattr(other, slot))

    # Reading and writing

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Dynamics:
        """A model from the dictionaries of a model file; raises ModelError with every problem."""
        return cls.adopted(structure.load(datamodel.Dynamics, _plain(data)), _inside)

    @classmethod
    def from_yaml(cls, source: str | FilePath) -> Dynamics:
        """A model from a YAML file, or from YAML text (anything that holds a line break).

        Raises ModelError with every problem and its line; a missing number or a feature that
        Nullcline cannot express is no problem until something needs it.
        """
        is_text = isinstance(source, str) and "\n" in source
        return cls.from_document(yaml.read(str(source)) if is_text else yaml.read_file(source))

    @classmethod
    def from_file(cls, path: str | FilePath) -> Dynamics:
        """A model from a file of any format that `nullcline convert` writes, told by its suffix."""
        return cls.from_document(read_file(path))

    @classmethod
    def from_document(cls, document: Document) -> Dynamics:
        """A model from a document that was read already."""
        return cls.adopted(structure.load(datamodel.Dynamics, document), document.place)

    @classmethod
    def adopted(cls, loaded: datamodel.Dynamics, locate: Locate) -> Dynamics:
        """The public form of a loaded model, its problems told; `locate` says where things are."""
        model = cls(loaded.name)
        model._adopt(loaded)
        model._locate = locate
        if problems := model.check().problems:
            raise ModelError(problems)
        return model

    def to_dict(self) -> dict[str, Any]:
        """The plain dictionaries of a model file; nothing that was loaded is lost."""
        return structure.dump(self)

    def to_yaml(self, filepath: str | FilePath | None = None, format: str = OWN) -> str:
        """The text of a model file, or of any export target, written to `filepath` if given.

        Raises Unsupported for what the target cannot express and ValueError for an unknown one, or
        where the suffix of the file promises another format.
        """
        text = yaml.write(self.to_dict()) if format == OWN else self.render_code(format)
        if filepath is not None:
            refuse_export(filepath, format)
            write_text(filepath, text)
            if format != OWN:
                self._target(format).announce(str(filepath))
        return text

    def to_rdf(self, filepath: str | FilePath | None = None, format: str | None = None) -> str:
        """The model as linked data, "turtle", "json-ld" or "owl", written to `filepath` if given.

        The format is by default the one of the file's suffix, else "turtle". Raises ModelError
        for what the format cannot hold, ValueError where suffix and format contradict.
        """
        from nullcline.linked import dump

        if filepath is not None:
            format = agreed(filepath, format, GRAPHS, "linked data", "turtle")
        text = dump(self._read_again(), format or "turtle")
        if filepath is not None:
            write_text(filepath, text)
        return text

    # Writing a model in Python

    def add_parameter(self, name: str, value: float | None = None, **slots: Any) -> Any:
        """Declare a parameter (unit=, description=, domain={"lo", "hi", "step"}, ...)."""
        return self._add("parameters", datamodel.Parameter, name, {"value": value, **slots})

    def add_derived_parameter(self, name: str, equation: str, **slots: Any) -> Any:
        """Declare a constant that is computed from parameters."""
        return self._add(
            "derived_parameters", datamodel.DerivedParameter, name, {"equation": equation, **slots}
        )

    def add_state_variable(
        self, name: str, equation: Any = None, initial_value: float | None = None, **slots: Any
    ) -> Any:
        """Declare a state variable by its time derivative and its initial value."""
        given = {"equation": equation, "initial_value": initial_value, **slots}
        return self._add("state_variables", datamodel.StateVariable, name, given)

    def add_derived_variable(
        self,
        name: str,
        equation: Any = None,
        cases: Iterable[tuple[str, str] | Mapping[str, Any]] | None = None,
        **slots: Any,
    ) -> Any:
        """Declare a quantity computed from the state, by an equation or by (condition, equation)
        cases, the last of which has the condition "True"."""
        given = {"equation": equation, **slots}
        if cases is not None:
            given |= {"conditional": True, "cases": [_case(case) for case in cases]}
        return self._add("derived_variables", datamodel.DerivedVariable, name, given)

    def add_function(
        self, name: str, equation: Any, arguments: Iterable[str] | Mapping[str, Any], **slots: Any
    ) -> Any:
        """Declare a function of the model's own, to be called in its equations."""
        if not isinstance(arguments, Mapping):
            arguments = {argument: {} for argument in arguments}
        given = {"equation": equation, "arguments": dict(arguments), **slots}
        return self._add("functions", datamodel.Function, name, given)

    def add_coupling_input(self, name: str, **slots: Any) -> Any:
        """Declare an input from outside; it is 0 unless a run says otherwise."""
        return self._add("coupling_inputs", datamodel.CouplingInput, name, slots)

    def _add(self, section: str, kind: type[Record], name: str, slots: dict[str, Any]) -> Any:
        declared = getattr(self, section)
        given, name = name, normal(name)
        if name in declared:
            message = f"`{name}` is already declared"
            hint = f"change `model.{section}[{name!r}]` instead"
            raise ModelError([Problem(message, Place((section, name)), hint)])
        plain = _plain({slot: value for slot, value in slots.items() if value is not None})
        probe = structure.load(datamodel.Dynamics, {"name": "model", section: {given: plain}})
        declared |= getattr(probe, section)
        return declared[name]

    # What it means and what becomes of it

    def check(self) -> compiler.Findings:
        """Every problem, missing number and unsupported feature, without raising."""
        try:
            return compiler.check(self._read_again(), self._locate)
        except ModelError as error:
            return compiler.Findings(list(error.problems))

    def system(self) -> System:
        """The System that this model means; raises ModelError or Unsupported.

        It is made anew only after the model was edited, which its written form tells.
        """
        content = repr(structure.dump(self))  # other than ==, it tells 1 from True and 1.0
        known, system = getattr(self, "_compiled", ("", None))
        if known != content or system is None:
            system = compiler.compile_system(self._read_again(), self._locate)
            self._compiled: tuple[str, System] = content, system
        return system

    def _read_again(self) -> datamodel.Dynamics:
        """What the objects say now, read as a file is: they may have been edited in any way."""
        return structure.load(datamodel.Dynamics, structure.dump(self), self._locate)

    def names(self, target: str) -> dict[str, str]:
        """Every declared name with the name it has in an export."""
        return self._target(target).names(self.system())

    def render_code(self, format: str = "python") -> str:
        """The text of this model in an export target."""
        return self._target(format).export(self.system())

    def generate_report(self, format: str = "markdown") -> str:
        """A report as "markdown", "html" or "latex"."""
        from nullcline.report import report

        self._read_again()
        return report(self, format)

    def __repr__(self) -> str:
        return brief(self)

    def _repr_markdown_(self) -> str:
        return self.generate_report("markdown")

    # Units

    def check_units(self, strict: bool = False) -> Units:
        """Every fault of units in the equations, and the units that they settle.

        A number in an equation may stand for a quantity of any unit; with `strict`, it may not.
        Needs pint (the extra `units`).
        """
        from nullcline import units

        return units.check(self, strict)

    def to_units(self, wanted: Mapping[str, str]) -> Dynamics:
        """The same model in other units, by name; `t` is the time: `{"v": "V", "t": "s"}`.

        Its runs are those of this model, rescaled. Raises ModelError where a unit does not
        suit or the model holds something that cannot be converted. Needs pint.
        """
        from nullcline.units.conversion import convert

        model = self._read_again()
        convert(model, wanted, self._locate)
        return type(self).adopted(model, _inside)

    def _domains(self) -> Box:
        states = self._read_again().state_variables
        return {name: (d.lo, d.hi) for name, item in states.items() if (d := item.domain)}

    def conform(
        self, targets: str | Iterable[str] | None = None, duration: float | None = None
    ) -> Verdicts:
        """Prove the exports (default: every target) against the reference; a table of verdicts.

        `duration` is in the model's time unit; by default 100, or less where that is costly.
        """
        from nullcline.conformance import check
        from nullcline.conformance.plan import Plan
        from nullcline.conformance.table import Verdicts
        from nullcline.targets import all_targets

        system = self.system()
        names = sorted(all_targets()) if targets is None else targets
        found = [self._target(name) for name in ([names] if isinstance(names, str) else names)]
        run, _ = Plan().lasting(duration).run(system)
        return Verdicts(check(target, system, run) for target in found)

    def _target(self, name: str) -> Target:
        from nullcline.targets import get_target

        return get_target(name)


def _inside(path: Path, key: bool = False) -> Place:
    """A place in a model that was not read from a file."""
    return Place(path)


def _case(case: tuple[str, str] | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(case, Mapping):
        return dict(case)
    condition, equation = case
    return {"condition": condition, "equation": equation}


def _plain(value: Any) -> Any:
    """Dictionaries and lists in which every object of the datamodel is a dictionary too."""
    if isinstance(value, Record):
        return structure.dump(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
