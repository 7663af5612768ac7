"""One file an import format: text of some kind in, plain data or a model out."""
