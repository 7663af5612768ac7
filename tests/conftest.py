"""How Hypothesis works here: the same examples every day, new ones in a thorough run."""

import os

from hypothesis import HealthCheck, settings

THOROUGH = bool(os.environ.get("NULLCLINE_THOROUGH"))

settings.register_profile(
    "everyday", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "thorough", deadline=None, max_examples=1_000, suppress_health_check=list(HealthCheck)
)
settings.load_profile("thorough" if THOROUGH else "everyday")
