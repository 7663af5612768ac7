"""The exception by which a claim that does not hold ends a check."""


class Deviates(Exception):
    """The first claim that does not hold, as a sentence; `text` is the export it was found in."""

    text = ""
