"""Model files judged, many at a time: what each holds, what is wrong with it, what was known."""
