"""The process that checks one cell after the other: jobs come by its input, answers leave by its
output, and whatever an engine prints goes elsewhere."""

from __future__ import annotations

import faulthandler
import os
import pickle
import warnings

from nullcline.conformance import Outcome, Verdict, check
from nullcline.suite.jobs import Answer, Job
from nullcline.targets import get_target

GRACE = 10.0
"""Seconds after its limit at which a worker ends itself, should nobody be left to end it."""


def main() -> None:
    """Say that it is ready, then answer every job until there are no more."""
    jobs = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # so that no engine writes into the answers
    faulthandler.enable()
    warnings.simplefilter("ignore")
    home = os.getcwd()
    answers.write(pickle.dumps("ready"))
    answers.flush()
    while True:
        try:
            job = pickle.load(jobs)
        except EOFError:
            return
        os.chdir(home)
        faulthandler.dump_traceback_later(job.limit + GRACE, exit=True)
        found = pickle.dumps(_answer(job))
        faulthandler.cancel_dump_traceback_later()
        answers.write(found)
        answers.flush()


def _answer(job: Job) -> Answer:
    try:
        target = get_target(job.target)
        run, chosen_by = job.plan.run(job.system)
        return Answer(check(target, job.system, run), run, chosen_by)
    except BaseException as error:  # SystemExit too: an engine must not end the worker
        reason = f"{type(error).__name__}: {error}"
        return Answer(Verdict(job.target, job.system.name, Outcome.FAILED, reason))


if __name__ == "__main__":
    main()
