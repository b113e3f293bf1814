"""`python -m sitegen` is `sitegen`."""

from sitegen.cli import program

program()
