"""sitegen: a static-site generator for annotated explainers whose margin notes check each claim."""

__version__ = "0.1.0"
