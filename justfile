# `just --list` shows the recipes; each works in any active environment that has the extra `dev`.

set positional-arguments

export PATH := justfile_directory() / ".venv/bin" + ":" + env("PATH")

# Make .venv with everything that development needs
setup:
    python3 -m venv .venv
    .venv/bin/python -m pip install -q -c constraints.txt -e '.[dev,jax]'

# Write all that follows from schema/nullcline.yaml: datamodel, JSON Schema, OWL, SHACL, vocabulary
generate:
    python schema/generate.py

# Lint, format check, types
check:
    python -m ruff check .
    python -m ruff format --check .
    python -m mypy

# The everyday suite
test *arguments:
    python -m pytest -n 2 "$@"

# The everyday suite with the newest versions of everything, in an environment of its own
test-newest *arguments:
    python3 -m venv --clear .venv-newest
    .venv-newest/bin/python -m pip install -q -e '.[dev,jax]'
    PATH=".venv-newest/bin:$PATH" .venv-newest/bin/python -m pytest -n 2 "$@"

# The long campaigns: thousands of generated models through every target
test-thorough *arguments:
    NULLCLINE_THOROUGH=1 python -m pytest -n 2 "$@"

# Proof by sabotage: faults planted in every target, and whether the check sees them
mutate *arguments:
    python tests/mutate.py "$@"

# Damaged files by the thousand, and whether only sentences come of them; `just fuzz archives`
fuzz *arguments:
    python tests/fuzz.py "$@"

# Speed, as ratios measured side by side in one run; `just bench sweeps`, `stiff`, `validate`
bench *arguments:
    python benchmarks/run.py "$@"

# The pictures of docs/ and examples/
docs:
    python examples/van_der_pol.py docs
    python examples/fitzhugh_nagumo.py docs
    python examples/qif_mean_field.py docs
    python examples/sensitivity.py docs
