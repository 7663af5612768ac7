# Generated from schema/nullcline.yaml by `just generate`; never edited.
# fmt: off
# ruff: noqa: E501, N815
"""The objects of model and study files, as plain dataclasses that know their schema."""

from __future__ import annotations

from typing import Any

from nullcline.datamodel.record import Record, record, slot


@record
class Dynamics(Record):
    """A dynamical system, its parameters, state variables and equations."""

    name: str = slot(default='', kind='text', key=True, required=True, pattern='\\S', doc='The name of the model.')
    description: str | None = slot(default=None, kind='text', uri='http://purl.org/dc/terms/description', doc='What it is, in words.', term='http://purl.org/dc/terms/description')
    time_unit: str | None = slot(default=None, kind='text', doc='The unit of time of the model (`ms`, `s`).', term='http://biomodels.net/SBO/SBO_0000345')
    parameters: dict[str, Parameter] = slot(default_factory=dict, kind='object', of='Parameter', short='value', many='dict', identifier=True, doc='The parameters, by name.', term='https://w3id.org/tvbo/hasParameter')
    derived_parameters: dict[str, DerivedParameter] = slot(default_factory=dict, kind='object', of='DerivedParameter', many='dict', identifier=True, doc='The constants computed from parameters, by name.')
    coupling_inputs: dict[str, CouplingInput] = slot(default_factory=dict, kind='object', of='CouplingInput', many='dict', identifier=True, doc='The inputs from outside, by name.')
    functions: dict[str, Function] = slot(default_factory=dict, kind='object', of='Function', many='dict', identifier=True, doc="The functions of the model's own, by name.")
    derived_variables: dict[str, DerivedVariable] = slot(default_factory=dict, kind='object', of='DerivedVariable', many='dict', identifier=True, doc='The quantities computed from the state, by name.')
    state_variables: dict[str, StateVariable] = slot(default_factory=dict, kind='object', of='StateVariable', many='dict', identifier=True, doc='The variables of the state, by name; their order is the order of the state.')
    references: list[str | Reference] = slot(default_factory=list, kind='object', of='Reference', text=True, many='list', uri='http://purl.org/dc/terms/references', doc='Publications, each as a text (a citation or its key) or with its details.', term='http://purl.org/dc/terms/references')
    label: str | None = slot(default=None, kind='text', kept='note', doc='A short name for people.')
    iri: str | None = slot(default=None, kind='text', kept='note', doc='The term of an ontology that it stands for.')
    model_type: str | None = slot(default=None, kind='choice', of='ModelType', values=('mean_field', 'neural_mass', 'phase_oscillator', 'phenomenological', 'spiking', 'generic', 'field'), kept='note', doc='The family that the model belongs to.')
    source: str | None = slot(default=None, kind='text', kept='note', doc='Where it was taken from.')
    has_reference: str | None = slot(default=None, kind='text', kept='note', doc="The key of the model's main publication.")
    derived_from_model: str | None = slot(default=None, kind='text', kept='note', doc='The model that this one was made from.')
    dataLocation: str | None = slot(default=None, kind='text', kept='note', doc='A file with data that belong to the model.')
    modified: bool | None = slot(default=None, kind='flag', kept='note', doc='Whether the model differs from its source.')
    autonomous: bool | None = slot(default=None, kind='flag', kept='note', doc='Whether the equations leave time out.')
    cse: bool | None = slot(default=None, kind='flag', kept='note', doc="Whether TVBO's code shares common parts of equations.")
    compile: bool | None = slot(default=None, kind='flag', kept='note', doc="Whether TVBO's code is compiled.")
    output: list[str] = slot(default_factory=list, kind='text', many='list', kept='note', doc='The variables that TVBO records.')
    observed: Any = slot(default=None, kind='any', kept='note', doc='Quantities that TVBO computes after a simulation.')
    system_type: str | None = slot(default=None, kind='choice', of='SystemType', values=('continuous', 'discrete'), kept='dynamics', neutral='continuous', feature='a discrete map', doc='Whether time flows or steps.')
    number_of_modes: int | None = slot(default=None, kind='integer', minimum=1, kept='dynamics', neutral=1, feature='more than one mode', doc='How many modes each state variable has.')
    modes: Any = slot(default=None, kind='any', kept='dynamics', feature='modes', doc='The modes, each a model.')
    components: Any = slot(default=None, kind='any', kept='dynamics', feature='models inside the model', doc='Models inside the model.')
    coupling_terms: Any = slot(default=None, kind='any', kept='dynamics', feature='coupling_terms (the older form of coupling_inputs)', doc='Coupling, in an older form than coupling_inputs.')
    local_coupling_term: str | None = slot(default=None, kind='text', kept='dynamics', feature='a local coupling term', doc='The name of the coupling term inside a node.')
    stimulus: Any = slot(default=None, kind='any', kept='dynamics', feature='a stimulus', doc='The stimulus.')
    events: dict[str, Event] = slot(default_factory=dict, kind='object', of='Event', many='dict', kept='dynamics', feature='events', doc='The events, by name.')


@record
class Parameter(Record):
    """A quantity that stays constant during a run and may differ between runs."""

    name: str = slot(default='', kind='text', key=True, required=True, pattern='\\S', doc='The name, by which equations and files refer to it.')
    value: float | list[Any] | None = slot(default=None, kind='array', uri='http://schema.org/defaultValue', doc='The number; nested lists of numbers for models of many modes are kept.', term='http://schema.org/defaultValue')
    unit: str | None = slot(default=None, kind='text', doc='The unit, as text (`mV`, `per_ms`); empty where it has none.')
    description: str | None = slot(default=None, kind='text', uri='http://purl.org/dc/terms/description', doc='What it is, in words.', term='http://purl.org/dc/terms/description')
    domain: Range | None = slot(default=None, kind='object', of='Range', doc='The values that make sense.')
    equation: Equation | None = slot(default=None, kind='object', of='Equation', short='rhs', pattern='\\S', kept='dynamics', feature='an equation inside a parameter', doc='The equation; a text is its right-hand side.')
    symbol: str | None = slot(default=None, kind='text', kept='note', uri='http://www.w3.org/2004/02/skos/core#notation', doc='How the name is set in a formula.', term='http://www.w3.org/2004/02/skos/core#notation')
    label: str | None = slot(default=None, kind='text', kept='note', doc='A short name for people.')
    definition: str | None = slot(default=None, kind='text', kept='note', doc='What it means, at length.')
    comment: str | None = slot(default=None, kind='text', kept='note', doc='A remark.')
    grounding: list[str] = slot(default_factory=list, kind='text', many='list', kept='note', doc='Terms of ontologies that say what it means.')
    source: str | None = slot(default=None, kind='text', kept='note', doc='Where it was taken from.')
    measure: str | None = slot(default=None, kind='text', kept='note', doc='Which measure of the source the values come from.')
    default: Any = slot(default=None, kind='any', kept='note', doc='A default value, as text.')
    reported_optimum: float | None = slot(default=None, kind='number', kept='note', doc='The best value that a publication reports.')
    free: bool | None = slot(default=None, kind='flag', kept='note', doc='Whether a fit may change the parameter.')
    required: bool | None = slot(default=None, kind='flag', kept='note', doc='Whether a value must be given.')
    datatype: str | None = slot(default=None, kind='text', kept='note', doc='The type of the values.')
    explored_values: list[Any] = slot(default_factory=list, kind='any', many='list', kept='note', doc='Values that were tried.')
    element_domains: list[Any] = slot(default_factory=list, kind='any', many='list', kept='note', doc='Intervals for the elements of an array.')
    heterogeneous: bool | None = slot(default=None, kind='flag', kept='dynamics', neutral=False, feature='a parameter with a value for each node', doc='Whether the nodes of a network have values of their own.')
    distribution: Distribution | None = slot(default=None, kind='object', of='Distribution', kept='dynamics', feature='a parameter drawn from a distribution', doc='The distribution that values are drawn from.')
    dataset_path: str | None = slot(default=None, kind='text', kept='dynamics', feature='a parameter read from a data file', doc='Where in a data file the values stand.')
    shape: str | None = slot(default=None, kind='text', kept='dynamics', feature='a parameter that is an array', doc='The shape of an array of values.')


@record
class DerivedParameter(Record):
    """A constant that an equation computes from parameters."""

    name: str = slot(default='', kind='text', key=True, required=True, pattern='\\S', doc='The name, by which equations and files refer to it.')
    equation: Equation | None = slot(default=None, kind='object', of='Equation', short='rhs', pattern='\\S', doc='The equation; a text is its right-hand side.')
    unit: str | None = slot(default=None, kind='text', doc='The unit, as text (`mV`, `per_ms`); empty where it has none.')
    description: str | None = slot(default=None, kind='text', uri='http://purl.org/dc/terms/description', doc='What it is, in words.', term='http://purl.org/dc/terms/description')
    value: float | list[Any] | None = slot(default=None, kind='array', kept='dynamics', feature='a derived parameter with a value of its own', doc='A number beside the equation that computes it; which of the two holds is unclear.')
    domain: Range | None = slot(default=None, kind='object', of='Range', doc='The values that make sense.')
    symbol: str | None = slot(default=None, kind='text', kept='note', uri='http://www.w3.org/2004/02/skos/core#notation', doc='How the name is set in a formula.', term='http://www.w3.org/2004/02/skos/core#notation')
    label: str | None = slot(default=None, kind='text', kept='note', doc='A short name for people.')
    definition: str | None = slot(default=None, kind='text', kept='note', doc='What it means, at length.')
    comment: str | None = slot(default=None, kind='text', kept='note', doc='A remark.')
    grounding: list[str] = slot(default_factory=list, kind='text', many='list', kept='note', doc='Terms of ontologies that say what it means.')
    source: str | None = slot(default=None, kind='text', kept='note', doc='Where it was taken from.')
    measure: str | None = slot(default=None, kind='text', kept='note', doc='Which measure of the source the values come from.')
    default: Any = slot(default=None, kind='any', kept='note', doc='A default value, as text.')
    reported_optimum: float | None = slot(default=None, kind='number', kept='note', doc='The best value that a publication reports.')
    free: bool | None = slot(default=None, kind='flag', kept='note', doc='Whether a fit may change the parameter.')
    required: bool | None = slot(default=None, kind='flag', kept='note', doc='Whether a value must be given.')
    datatype: str | None = slot(default=None, kind='text', kept='note', doc='The type of the values.')
    explored_values: list[Any] = slot(default_factory=list, kind='any', many='list', kept='note', doc='Values that were tried.')
    element_domains: list[Any] = slot(default_factory=list, kind='any', many='list', kept='note', doc='Intervals for the elements of an array.')
    heterogeneous: bool | None = slot(default=None, kind='flag', kept='dynamics', neutral=False, feature='a parameter with a value for each node', doc='Whether the nodes of a network have values of their own.')
    distribution: Distribution | None = slot(default=None, kind='object', of='Distribution', kept='dynamics', feature='a parameter drawn from a distribution', doc='The distribution that values are drawn from.')
    dataset_path: str | None = slot(default=None, kind='text', kept='dynamics', feature='a parameter read from a data file', doc='Where in a data file the values stand.')
    shape: str | None = slot(default=None, kind='text', kept='dynamics', feature='a parameter that is an array', doc='The shape of an array of values.')


@record
class StateVariable(Record):
    """A variable of the state, with the equation of its derivative in time."""

    name: str = slot(default='', kind='text', key=True, required=True, pattern='\\S', doc='The name, by which equations and files refer to it.')
    equation: Equation | None = slot(default=None, kind='object', of='Equation', short='rhs', pattern='\\S', doc='The equation; a text is its right-hand side.')
    initial_value: float | None = slot(default=None, kind='number', doc='The value at t = 0.')
    unit: str | None = slot(default=None, kind='text', doc='The unit, as text (`mV`, `per_ms`); empty where it has none.')
    description: str | None = slot(default=None, kind='text', uri='http://purl.org/dc/terms/description', doc='What it is, in words.', term='http://purl.org/dc/terms/description')
    domain: Range | None = slot(default=None, kind='object', of='Range', doc='The values that make sense.')
    symbol: str | None = slot(default=None, kind='text', kept='note', uri='http://www.w3.org/2004/02/skos/core#notation', doc='How the name is set in a formula.', term='http://www.w3.org/2004/02/skos/core#notation')
    label: str | None = slot(default=None, kind='text', kept='note', doc='A short name for people.')
    definition: str | None = slot(default=None, kind='text', kept='note', doc='What it means, at length.')
    grounding: list[str] = slot(default_factory=list, kind='text', many='list', kept='note', doc='Terms of ontologies that say what it means.')
    record: bool | None = slot(default=None, kind='flag', kept='note', doc='Whether TVBO records the variable.')
    variable_of_interest: bool | None = slot(default=None, kind='flag', kept='note', doc='Whether the variable is of interest as output.')
    coupling_variable: bool | None = slot(default=None, kind='flag', kept='note', doc='Whether other nodes of a network see the variable.')
    stimulation_variable: bool | None = slot(default=None, kind='flag', kept='note', doc='Whether a stimulus, where there is one, acts on the variable.')
    distribution: Distribution | None = slot(default=None, kind='object', of='Distribution', kept='note', doc='Where initial values of many nodes are drawn from; a run starts from initial_value.')
    equation_type: str | None = slot(default=None, kind='text', kept='dynamics', neutral='differential', feature='an algebraic equation', doc='Whether the equation gives a derivative (`differential`) or a constraint.')
    equation_order: int | None = slot(default=None, kind='integer', kept='dynamics', neutral=1, feature='a second-order equation', doc='The order of the derivative that the equation gives.')
    derivative_initial_value: float | None = slot(default=None, kind='number', kept='dynamics', feature='a second-order equation', doc='The first derivative at t = 0 of a second-order equation.')
    noise: Noise | None = slot(default=None, kind='object', of='Noise', kept='dynamics', feature='noise', doc='The noise of the variable.')
    history: Any = slot(default=None, kind='any', kept='dynamics', feature='a history before t = 0', doc='The values before t = 0.')


@record
class DerivedVariable(Record):
    """A quantity computed from the state at each moment, by an equation or by cases."""

    name: str = slot(default='', kind='text', key=True, required=True, pattern='\\S', doc='The name, by which equations and files refer to it.')
    equation: Equation | None = slot(default=None, kind='object', of='Equation', short='rhs', pattern='\\S', doc='The equation; a text is its right-hand side.')
    conditional: bool | None = slot(default=None, kind='flag', doc='Whether cases, rather than one equation, say what the variable is.')
    cases: list[Case] = slot(default_factory=list, kind='object', of='Case', many='list', doc='The branches, the first true one holds.')
    unit: str | None = slot(default=None, kind='text', doc='The unit, as text (`mV`, `per_ms`); empty where it has none.')
    description: str | None = slot(default=None, kind='text', uri='http://purl.org/dc/terms/description', doc='What it is, in words.', term='http://purl.org/dc/terms/description')
    symbol: str | None = slot(default=None, kind='text', kept='note', uri='http://www.w3.org/2004/02/skos/core#notation', doc='How the name is set in a formula.', term='http://www.w3.org/2004/02/skos/core#notation')
    label: str | None = slot(default=None, kind='text', kept='note', doc='A short name for people.')
    grounding: list[str] = slot(default_factory=list, kind='text', many='list', kept='note', doc='Terms of ontologies that say what it means.')
    record: bool | None = slot(default=None, kind='flag', kept='note', doc='Whether TVBO records the variable.')


@record
class Case(Record):
    """One branch of a derived variable, which holds where its condition is the first true."""

    condition: str | None = slot(default=None, kind='text', pattern='\\S', doc='When the branch holds; `True` for otherwise.')
    equation: Equation | None = slot(default=None, kind='object', of='Equation', short='rhs', pattern='\\S', doc='The equation; a text is its right-hand side.')


@record
class ConditionalBlock(Record):
    """One branch of an equation, which holds where its condition is the first true."""

    condition: str | None = slot(default=None, kind='text', pattern='\\S', doc='When the branch holds; `True` for otherwise.')
    expression: str | None = slot(default=None, kind='text', pattern='\\S', doc='The right-hand side where the branch holds.')


@record
class Equation(Record):
    """An equation; a bare text is its right-hand side."""

    rhs: str | None = slot(default=None, kind='text', pattern='\\S', doc='The right-hand side.', term='https://w3id.org/tvbo/rhs')
    lhs: str | None = slot(default=None, kind='text', doc='The left-hand side, `Derivative(x, t)` or a name.', term='https://w3id.org/tvbo/lhs')
    conditionals: list[ConditionalBlock] = slot(default_factory=list, kind='object', of='ConditionalBlock', many='list', doc='Branches of the right-hand side, the first true one holds.')
    label: str | None = slot(default=None, kind='text', kept='note', doc='A short name for people.')
    definition: str | None = slot(default=None, kind='text', kept='note', doc='What it means, at length.')
    description: str | None = slot(default=None, kind='text', kept='note', uri='http://purl.org/dc/terms/description', doc='What it is, in words.', term='http://purl.org/dc/terms/description')
    latex: bool | None = slot(default=None, kind='flag', kept='dynamics', neutral=False, feature='an equation written in LaTeX', doc='Whether the equation is written in LaTeX.')
    parameters: dict[str, Parameter] = slot(default_factory=dict, kind='object', of='Parameter', short='value', many='dict', kept='dynamics', feature='parameters inside an equation', doc='Parameters declared for one equation alone.', term='https://w3id.org/tvbo/hasParameter')
    pycode: str | None = slot(default=None, kind='text', kept='dynamics', feature='an equation written as Python code', doc='The equation as Python code.')
    engine: Any = slot(default=None, kind='any', kept='dynamics', feature='an equation computed by another program', doc='A program that computes the equation.')


@record
class Range(Record):
    """An interval of numbers, and how to sample it."""

    lo: float | None = slot(default=None, kind='number', infinite=True, doc='The lower end; may be infinite.')
    hi: float | None = slot(default=None, kind='number', infinite=True, doc='The upper end; may be infinite.')
    step: float | None = slot(default=None, kind='number', minimum=0, doc='The distance between points, or the step of time of a fixed-step solver.', term='http://www.biomodels.net/kisao/KISAO#KISAO_0000483')
    n: int | None = slot(default=None, kind='integer', minimum=1, doc='The number of points.')
    log_scale: bool | None = slot(default=None, kind='flag', doc='Whether the points are evenly spaced in the logarithm.')
    enforce: str | None = slot(default=None, kind='choice', of='DomainEnforcement', values=('none', 'clamp', 'wrap'), kept='dynamics', neutral='none', feature='a clamp of the domain', doc='What happens to a state that leaves its domain.')
    explored_values: list[Any] = slot(default_factory=list, kind='any', many='list', kept='note', doc='Values that were tried.')
    element: int | None = slot(default=None, kind='integer', kept='note', doc='The element of an array that the interval is meant for.')


@record
class Function(Record):
    """A function of the model's own, used in its equations."""

    name: str = slot(default='', kind='text', key=True, required=True, pattern='\\S', doc='The name, by which equations and files refer to it.')
    equation: Equation | None = slot(default=None, kind='object', of='Equation', short='rhs', pattern='\\S', doc='The equation; a text is its right-hand side.')
    arguments: dict[str, Argument] = slot(default_factory=dict, kind='object', of='Argument', many='dict', identifier=True, names=True, doc='The arguments, by name, in the order of a call; a list of names will do.')
    description: str | None = slot(default=None, kind='text', uri='http://purl.org/dc/terms/description', doc='What it is, in words.', term='http://purl.org/dc/terms/description')
    acronym: str | None = slot(default=None, kind='text', kept='note', doc='A short form of the name.')
    label: str | None = slot(default=None, kind='text', kept='note', doc='A short name for people.')
    iri: str | None = slot(default=None, kind='text', kept='note', doc='The term of an ontology that it stands for.')
    definition: str | None = slot(default=None, kind='text', kept='note', doc='What it means, at length.')
    requirements: list[str] = slot(default_factory=list, kind='text', many='list', kept='note', doc='Programs that the function needs.')
    input: str | None = slot(default=None, kind='text', kept='dynamics', feature='a chain of functions', doc='The function before this one in a chain.')
    output: str | None = slot(default=None, kind='text', kept='note', doc='A name for the result in a chain of functions.')
    output_equation: Any = slot(default=None, kind='any', kept='dynamics', feature='an output equation of a function', doc='An equation applied to the result.')
    source_code: str | None = slot(default=None, kind='text', kept='dynamics', feature='a function written as program text', doc='The function as program text.')
    callable: Any = slot(default=None, kind='any', kept='dynamics', feature='a function of another program', doc='A function of another program.')
    apply_on_dimension: str | None = slot(default=None, kind='text', kept='dynamics', feature='a function over a dimension of the data', doc='The dimension of the data that the function works on.')
    aggregate: Any = slot(default=None, kind='any', kept='dynamics', feature='a function that aggregates', doc='How the result is summed up.')
    time_range: Any = slot(default=None, kind='any', kept='dynamics', feature='a function sampled in time', doc='The times at which the function is sampled.')


@record
class Argument(Record):
    """An argument of a function."""

    name: str = slot(default='', kind='text', key=True, required=True, pattern='\\S', doc='The name, by which equations and files refer to it.')
    unit: str | None = slot(default=None, kind='text', doc='The unit, as text (`mV`, `per_ms`); empty where it has none.')
    description: str | None = slot(default=None, kind='text', uri='http://purl.org/dc/terms/description', doc='What it is, in words.', term='http://purl.org/dc/terms/description')
    value: Any = slot(default=None, kind='any', kept='dynamics', feature='an argument with a default value', doc='A value that the argument has where a call leaves it out.')


@record
class CouplingInput(Record):
    """An input from outside (a coupling, a stimulus); 0 where nothing is connected."""

    name: str = slot(default='', kind='text', key=True, required=True, pattern='\\S', doc='The name, by which equations and files refer to it.')
    unit: str | None = slot(default=None, kind='text', doc='The unit, as text (`mV`, `per_ms`); empty where it has none.')
    description: str | None = slot(default=None, kind='text', uri='http://purl.org/dc/terms/description', doc='What it is, in words.', term='http://purl.org/dc/terms/description')
    local: bool | None = slot(default=None, kind='flag', kept='note', doc='Whether the input comes from nearby tissue rather than from far away.')
    source: str | None = slot(default=None, kind='text', kept='note', doc='Where it was taken from.')
    dimension: int | None = slot(default=None, kind='integer', minimum=1, kept='dynamics', neutral=1, feature='a coupling input of more than one dimension', doc='How many numbers the input has.')
    keys: list[str] = slot(default_factory=list, kind='text', many='list', kept='dynamics', feature='a coupling input of more than one dimension', doc='Names for the numbers of an input of many dimensions.')


@record
class Reference(Record):
    """A publication or another source of the model."""

    key: str | None = slot(default=None, kind='text', doc='A short key, as in BibTeX.')
    doi: str | None = slot(default=None, kind='text', pattern='^10\\.', doc='The digital object identifier.')
    title: str | None = slot(default=None, kind='text', doc='The title.')
    authors: list[str] = slot(default_factory=list, kind='text', many='list', doc='The authors, in order.')
    year: int | None = slot(default=None, kind='integer', doc='The year of publication.')
    journal: str | None = slot(default=None, kind='text', doc='The journal or the book.')
    url: str | None = slot(default=None, kind='text', doc='An address.')
    iri: str | None = slot(default=None, kind='text', kept='note', doc='The term of an ontology that it stands for.')
    field: str | None = slot(default=None, kind='text', doc='What the reference is about.')


@record
class Event(Record):
    """Something that happens at a moment or on a condition."""

    name: str = slot(default='', kind='text', key=True, required=True, pattern='\\S', doc='The name, by which equations and files refer to it.')
    label: Any = slot(default=None, kind='any', doc='A short name for people.')
    description: Any = slot(default=None, kind='any', doc='What the event is, in words.')
    parameters: Any = slot(default=None, kind='any', doc='Parameters of the event.')
    event_type: Any = slot(default=None, kind='any', doc='The kind of event.')
    condition: Any = slot(default=None, kind='any', doc='When the event happens, as an equation that becomes true or crosses zero.')
    condition_states: list[Any] = slot(default_factory=list, kind='any', many='list', doc='State variables that the condition reads.')
    condition_parameters: list[Any] = slot(default_factory=list, kind='any', many='list', doc='Parameters that the condition reads.')
    affect: Any = slot(default=None, kind='any', doc='What the event changes (assignments).')
    affect_states: list[Any] = slot(default_factory=list, kind='any', many='list', doc='State variables that the event changes.')
    affect_parameters: list[Any] = slot(default_factory=list, kind='any', many='list', doc='Parameters that the event changes.')
    affect_negative: Any = slot(default=None, kind='any', doc='What a crossing in the other direction changes.')
    trigger_times: list[Any] = slot(default_factory=list, kind='any', many='list', doc='Moments at which the event happens.')
    target_component: Any = slot(default=None, kind='any', doc='The part of the model that the event acts on.')
    equation: Any = slot(default=None, kind='any', doc='The time course of a stimulus.')
    nodes: list[Any] = slot(default_factory=list, kind='any', many='list', doc='Nodes of a network that the event acts on.')
    weights: list[Any] = slot(default_factory=list, kind='any', many='list', doc='How strongly each node is affected.')
    weight_distribution: Any = slot(default=None, kind='any', doc='The distribution that the weights are drawn from.')
    target_variable: Any = slot(default=None, kind='any', doc='The variable that the event acts on.')
    target_regions: list[Any] = slot(default_factory=list, kind='any', many='list', doc='Regions that the event acts on.')
    duration: Any = slot(default=None, kind='any', doc='How long the event lasts.')
    dataLocation: Any = slot(default=None, kind='any', doc='A file with the time course.')
    sampling_rate: Any = slot(default=None, kind='any', doc='Samples per unit of time in that file.')
    interpolation: Any = slot(default=None, kind='any', doc='How values between the samples are found.')


@record
class Noise(Record):
    """A random part of an equation."""

    noise_type: Any = slot(default=None, kind='any', doc='The kind of noise.')
    parameters: Any = slot(default=None, kind='any', doc='Parameters of the noise.')
    equation: Any = slot(default=None, kind='any', doc='The equation of the noise.')
    intensity: Any = slot(default=None, kind='any', doc='The strength of the noise.')
    correlated: Any = slot(default=None, kind='any', doc='Whether the noise is correlated in time.')
    gaussian: Any = slot(default=None, kind='any', doc='Whether the noise is Gaussian.')
    additive: Any = slot(default=None, kind='any', doc='Whether the noise is added to the derivative.')
    seed: Any = slot(default=None, kind='any', doc='The seed of the random numbers.')
    random_state: Any = slot(default=None, kind='any', doc='The state of the random numbers.')
    distribution: Any = slot(default=None, kind='any', doc='The distribution that the noise is drawn from.')
    function: Any = slot(default=None, kind='any', doc='A function that the noise goes through.')
    pycode: Any = slot(default=None, kind='any', doc='The noise as Python code.')
    targets: Any = slot(default=None, kind='any', doc='The state variables that the noise acts on.')


@record
class Distribution(Record):
    """A probability distribution."""

    name: Any = slot(default=None, kind='any', doc='The kind of distribution.')
    parameters: Any = slot(default=None, kind='any', doc='Parameters of the distribution.')
    domain: Any = slot(default=None, kind='any', doc='The interval that the values come from.')
    function: Any = slot(default=None, kind='any', doc='The density as a function.')
    seed: Any = slot(default=None, kind='any', doc='The seed of the random numbers.')
    axis: Any = slot(default=None, kind='any', doc='What the values are drawn for.')
    correlation: Any = slot(default=None, kind='any', doc='How the values are correlated.')


@record
class Run(Record):
    """One simulation, from t = 0 to its duration."""

    name: str = slot(default='', kind='text', key=True, required=True, pattern='\\S', doc='The name, by which equations and files refer to it.')
    duration: float | None = slot(default=None, kind='number', minimum=0, doc="The time that a run lasts, in the model's unit of time.")
    step: float | None = slot(default=None, kind='number', minimum=0, doc='The distance between points, or the step of time of a fixed-step solver.', term='http://www.biomodels.net/kisao/KISAO#KISAO_0000483')
    sampling: float | None = slot(default=None, kind='number', minimum=0, doc='The time between recorded points.')
    solver: str | None = slot(default=None, kind='choice', of='Solver', values=('Euler', 'Heun', 'RK4', 'RK23', 'RK45', 'DOP853', 'Rosenbrock', 'Radau', 'BDF', 'LSODA', 'CVODE'), doc='The method of integration.')
    relative_tolerance: float | None = slot(default=None, kind='number', minimum=0, doc='The relative tolerance of the solver.', term='http://www.biomodels.net/kisao/KISAO#KISAO_0000209')
    absolute_tolerance: float | None = slot(default=None, kind='number', minimum=0, doc='The absolute tolerance of the solver.', term='http://www.biomodels.net/kisao/KISAO#KISAO_0000211')
    transient: float | None = slot(default=None, kind='number', minimum=0, doc='The time at the start that features leave out.')
    parameters: dict[str, Setting] = slot(default_factory=dict, kind='object', of='Setting', short='value', many='dict', identifier=True, doc='Parameters that differ from the model in this run.', term='https://w3id.org/tvbo/hasParameter')
    initial_values: dict[str, Setting] = slot(default_factory=dict, kind='object', of='Setting', short='value', many='dict', identifier=True, doc='Initial values that differ from the model in this run.')
    description: str | None = slot(default=None, kind='text', uri='http://purl.org/dc/terms/description', doc='What it is, in words.', term='http://purl.org/dc/terms/description')


@record
class Setting(Record):
    """The number that one parameter or initial value has in one run."""

    name: str = slot(default='', kind='text', key=True, required=True, pattern='\\S', doc='The name, by which equations and files refer to it.')
    value: float | None = slot(default=None, kind='number', doc='The number.')


@record
class Axis(Record):
    """One parameter of a sweep and the numbers that it takes."""

    name: str = slot(default='', kind='text', key=True, required=True, pattern='\\S', doc='The name, by which equations and files refer to it.')
    values: list[float] = slot(default_factory=list, kind='number', many='list', doc='The numbers, one by one.')
    range: Range | None = slot(default=None, kind='object', of='Range', doc='The numbers, as an interval with a step or a number of points.')
    unit: str | None = slot(default=None, kind='text', doc='The unit, as text (`mV`, `per_ms`); empty where it has none.')
    description: str | None = slot(default=None, kind='text', uri='http://purl.org/dc/terms/description', doc='What it is, in words.', term='http://purl.org/dc/terms/description')


@record
class Sweep(Record):
    """The same run at many points, by default every combination of the numbers on its axes."""

    name: str = slot(default='', kind='text', key=True, required=True, pattern='\\S', doc='The name, by which equations and files refer to it.')
    axes: dict[str, Axis] = slot(default_factory=dict, kind='object', of='Axis', many='dict', identifier=True, doc='The axes, by the name of the parameter.')
    sampling_method: str | None = slot(default=None, kind='choice', of='SamplingMethod', values=('grid', 'zip', 'latin_hypercube', 'sobol'), doc='How points are made of the axes; every combination if left out.')
    n: int | None = slot(default=None, kind='integer', minimum=1, doc='The number of points of a Latin hypercube or Sobol sample.')
    random_seed: int | None = slot(default=None, kind='integer', minimum=0, doc='The seed that points are drawn with; 0 if left out.')
    run: str | None = slot(default=None, kind='text', doc='The name of the run that the sweep repeats.')
    outputs: list[str] = slot(default_factory=list, kind='text', many='list', identifier=True, doc='The variables that are recorded; all state variables if left out.')
    features: list[str] = slot(default_factory=list, kind='text', many='list', doc='What is measured after the transient: of each output (`amplitude`), of an expression (`mean:x**2 + z`), or under a name of its own (`spread = maximum:x - z`).')
    description: str | None = slot(default=None, kind='text', uri='http://purl.org/dc/terms/description', doc='What it is, in words.', term='http://purl.org/dc/terms/description')


@record
class Study(Record):
    """A model with the runs and sweeps that are done with it."""

    name: str = slot(default='', kind='text', key=True, required=True, pattern='\\S', doc='The name of the study.')
    description: str | None = slot(default=None, kind='text', uri='http://purl.org/dc/terms/description', doc='What it is, in words.', term='http://purl.org/dc/terms/description')
    model: str | Dynamics | None = slot(default=None, kind='object', of='Dynamics', text=True, doc='The model itself, or the path of its file.')
    runs: dict[str, Run] = slot(default_factory=dict, kind='object', of='Run', many='dict', doc='The runs, by name.')
    sweeps: dict[str, Sweep] = slot(default_factory=dict, kind='object', of='Sweep', many='dict', doc='The sweeps, by name.')
    references: list[str | Reference] = slot(default_factory=list, kind='object', of='Reference', text=True, many='list', uri='http://purl.org/dc/terms/references', doc='Publications, each as a text (a citation or its key) or with its details.', term='http://purl.org/dc/terms/references')


@record
class ConformanceRun(Record):
    """What became of every model in every export target, compared with the reference."""

    started_at: str | None = slot(default=None, kind='text', uri='http://www.w3.org/ns/prov#startedAtTime', doc='When the run began, as ISO 8601 in UTC.', term='http://www.w3.org/ns/prov#startedAtTime')
    ended_at: str | None = slot(default=None, kind='text', uri='http://www.w3.org/ns/prov#endedAtTime', doc='When the run ended, as ISO 8601 in UTC.', term='http://www.w3.org/ns/prov#endedAtTime')
    targets: list[str] = slot(default_factory=list, kind='text', many='list', doc='The names of the export targets.')
    verdicts: list[Verdict] = slot(default_factory=list, kind='object', of='Verdict', many='list', doc='The verdicts, a model after the other, each in the order of the targets.')


@record
class Verdict(Record):
    """What is known of one model file in one export target."""

    model_path: str | None = slot(default=None, kind='text', required=True, doc='The path of the model file, as it was given.')
    model_name: str | None = slot(default=None, kind='text', doc='The name that the model has in its file; absent where the file holds no model.')
    target: str | None = slot(default=None, kind='text', doc='The name of the export target; absent where the file holds no model.')
    outcome: str | None = slot(default=None, kind='choice', of='Outcome', values=('conforms', 'deviates', 'unsupported', 'skipped', 'not run', 'undefined', 'failed', 'invalid'), required=True, doc='What the check came to.', term='http://www.w3.org/ns/earl#outcome')
    reason: str | None = slot(default=None, kind='text', doc='Why it is not `conforms`, in words.', term='http://www.w3.org/ns/earl#info')
    duration: float | None = slot(default=None, kind='number', minimum=0, doc="The time that was compared, in the model's unit of time.")
    sampling: float | None = slot(default=None, kind='number', minimum=0, doc='The time between the samples that were compared.')
    chosen_by: str | None = slot(default=None, kind='text', doc='Where the length of the run was taken from, in words.')
    seconds: float | None = slot(default=None, kind='number', minimum=0, doc='How long the check took, in seconds.')
    comparisons: list[Comparison] = slot(default_factory=list, kind='object', of='Comparison', many='list', doc='The runs that were compared, at the declared and at changed values.')
    versions: dict[str, Software] = slot(default_factory=dict, kind='object', of='Software', short='version', many='dict', doc='The versions of what took part, by name.')
    exported_text: str | None = slot(default=None, kind='text', doc='The exported text that was run.')


@record
class Comparison(Record):
    """One run in the engine of a target beside the reference's."""

    duration: float | None = slot(default=None, kind='number', minimum=0, doc="The time that a run lasts, in the model's unit of time.")
    sampling: float | None = slot(default=None, kind='number', minimum=0, doc='The time between recorded points.')
    parameters: dict[str, Setting] = slot(default_factory=dict, kind='object', of='Setting', short='value', many='dict', identifier=True, doc='The parameters that differ from the declared ones.', term='https://w3id.org/tvbo/hasParameter')
    inputs: dict[str, Setting] = slot(default_factory=dict, kind='object', of='Setting', short='value', many='dict', identifier=True, doc='The inputs that differ from the declared ones.')
    initial_values: dict[str, Setting] = slot(default_factory=dict, kind='object', of='Setting', short='value', many='dict', identifier=True, doc='Initial values that differ from the model in this run.')
    horizon: float | None = slot(default=None, kind='number', minimum=0, doc='The time up to which the reference was certain and the runs were compared.')
    informative: bool | None = slot(default=None, kind='flag', doc='Whether the model moved by more than the tolerance in this run.')
    worst: Deviation | None = slot(default=None, kind='object', of='Deviation', doc='The largest difference up to the horizon.')


@record
class Deviation(Record):
    """The largest difference of a run from the reference; a number that is not finite is left out."""

    variable: str | None = slot(default=None, kind='text', doc='The state variable.')
    at_time: float | None = slot(default=None, kind='number', doc="The time, in the model's unit of time.")
    size: float | None = slot(default=None, kind='number', minimum=0, doc='The difference, in units of the range of the variable in this run.')
    found: float | None = slot(default=None, kind='number', doc='The value in the engine of the target.')
    expected: float | None = slot(default=None, kind='number', doc='The value of the reference.')


@record
class Software(Record):
    """A program or a package that took part, and its version."""

    name: str = slot(default='', kind='text', key=True, required=True, pattern='\\S', doc='The name of the program or package.')
    version: str | None = slot(default=None, kind='text', doc='The version, as the program tells it.')


CLASSES: dict[str, type[Any]] = {
    'Dynamics': Dynamics,
    'Parameter': Parameter,
    'DerivedParameter': DerivedParameter,
    'StateVariable': StateVariable,
    'DerivedVariable': DerivedVariable,
    'Case': Case,
    'ConditionalBlock': ConditionalBlock,
    'Equation': Equation,
    'Range': Range,
    'Function': Function,
    'Argument': Argument,
    'CouplingInput': CouplingInput,
    'Reference': Reference,
    'Event': Event,
    'Noise': Noise,
    'Distribution': Distribution,
    'Run': Run,
    'Setting': Setting,
    'Axis': Axis,
    'Sweep': Sweep,
    'Study': Study,
    'ConformanceRun': ConformanceRun,
    'Verdict': Verdict,
    'Comparison': Comparison,
    'Deviation': Deviation,
    'Software': Software,
}

TERMS: dict[str, str] = {
    'Dynamics': 'https://w3id.org/tvbo/Dynamics',
    'Parameter': 'https://w3id.org/tvbo/Parameter',
    'DerivedParameter': 'http://biomodels.net/SBO/SBO_0000002',
    'StateVariable': 'https://w3id.org/tvbo/StateVariable',
    'Equation': 'https://w3id.org/tvbo/Equation',
    'CouplingInput': 'https://w3id.org/tvbo/Coupling',
    'Noise': 'https://w3id.org/tvbo/Noise',
    'ConformanceRun': 'http://www.w3.org/ns/prov#Activity',
    'Verdict': 'http://www.w3.org/ns/earl#Assertion',
    'Software': 'http://www.w3.org/ns/prov#SoftwareAgent',
}

MEANINGS: dict[str, dict[str, str]] = {
    'Solver': {'Euler': 'http://www.biomodels.net/kisao/KISAO#KISAO_0000030', 'Heun': 'http://www.biomodels.net/kisao/KISAO#KISAO_0000301', 'RK4': 'http://www.biomodels.net/kisao/KISAO#KISAO_0000032', 'RK23': 'http://www.biomodels.net/kisao/KISAO#KISAO_0000537', 'RK45': 'http://www.biomodels.net/kisao/KISAO#KISAO_0000087', 'DOP853': 'http://www.biomodels.net/kisao/KISAO#KISAO_0000436', 'Rosenbrock': 'http://www.biomodels.net/kisao/KISAO#KISAO_0000033', 'Radau': 'http://www.biomodels.net/kisao/KISAO#KISAO_0000304', 'BDF': 'http://www.biomodels.net/kisao/KISAO#KISAO_0000288', 'LSODA': 'http://www.biomodels.net/kisao/KISAO#KISAO_0000088', 'CVODE': 'http://www.biomodels.net/kisao/KISAO#KISAO_0000019'},
    'SystemType': {'continuous': 'http://biomodels.net/SBO/SBO_0000062', 'discrete': 'http://biomodels.net/SBO/SBO_0000063'},
    'Outcome': {'conforms': 'http://www.w3.org/ns/earl#passed', 'deviates': 'http://www.w3.org/ns/earl#failed', 'unsupported': 'http://www.w3.org/ns/earl#inapplicable', 'skipped': 'http://www.w3.org/ns/earl#untested', 'not run': 'http://www.w3.org/ns/earl#untested', 'undefined': 'http://www.w3.org/ns/earl#cantTell', 'failed': 'http://www.w3.org/ns/earl#cantTell'},
}
