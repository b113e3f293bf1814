"""`sitegen schema`: the JSON Schemas of all files that authors write."""

import argparse

from sitegen.model.errors import CannotGoOnError
from sitegen.reading.schema import SCHEMAS, json_schema


def run(options: argparse.Namespace) -> int:
    """Write one file a schema."""
    try:
        options.folder.mkdir(parents=True, exist_ok=True)
        for name in SCHEMAS:
            (options.folder / f"{name}.schema.json").write_text(json_schema(name), encoding="utf-8")
    except OSError as error:
        raise CannotGoOnError(f"cannot write {error.filename}: {error.strerror}") from error
    print(f"{len(SCHEMAS)} schemas in {options.folder}/; name one in a file's first line:")
    print(f"# yaml-language-server: $schema={options.folder}/sidecar.schema.json")
    return 0
