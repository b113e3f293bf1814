"""`sitegen new`: a new article and its sidecar."""

import argparse
import hashlib
import re
from pathlib import Path, PurePosixPath

from sitegen.building.files import SETTINGS, find_root
from sitegen.model.errors import CannotGoOnError
from sitegen.model.places import Problem
from sitegen.reading.text import decode
from sitegen.writing.starting import new_article, new_seed, new_sidecar, proposed_article

_PATH = re.compile(r"[\w-]+(?:/[\w-]+)*")


def run(options: argparse.Namespace) -> int:
    """Write the two files; nothing that exists is overwritten."""
    root = options.site or find_root(Path.cwd())
    if root is None or not (root / SETTINGS).is_file():
        raise CannotGoOnError(
            f"there is no {SETTINGS} here or in a folder above", hint="sitegen init DIR makes a site"
        )
    name = options.path.removeprefix("content/").removesuffix(".md")
    if not _PATH.fullmatch(name) or name.partition("/")[0] == "sources":
        hint = "name it as history/treaties: letters, digits, hyphens, and / for folders (but not sources/)"
        raise CannotGoOnError(f'"{options.path}" cannot be an article', hint=hint)
    article, sidecar = root / "content" / f"{name}.md", root / "content" / f"{name}.yaml"
    for file in (article, sidecar):
        if file.exists():
            raise CannotGoOnError(f"{file.relative_to(root)} is there already", hint="choose another name")
    title = PurePosixPath(name).name.replace("-", " ").replace("_", " ").capitalize()
    schema = f"{'../' * (name.count('/') + 1)}{_schemas(root)}/sidecar.schema.json"
    try:
        if options.seed is None:
            texts = (new_article(title), new_sidecar(schema))
        else:
            texts = _proposed(root, title, options.seed, schema)
        article.parent.mkdir(parents=True, exist_ok=True)
        for file, text in zip((article, sidecar), texts, strict=True):
            file.write_text(text, encoding="utf-8")
            print(f"wrote {file.relative_to(root)}")
    except OSError as error:
        raise CannotGoOnError(f"cannot write {error.filename}: {error.strerror}") from error
    print("It is a draft: sitegen serve --drafts shows it.")
    return 0


def _schemas(root: Path) -> str:
    return "docs/schemas" if (root / "docs" / "schemas").is_dir() else "schemas"


def _proposed(root: Path, title: str, file: Path, schema: str) -> tuple[str, str]:
    """Article and sidecar with claims proposed from a text, which becomes a seed if it is none yet."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CannotGoOnError(f"cannot read {file}: {error.strerror}") from error
    text = decode(content, str(file))
    if isinstance(text, Problem):
        raise CannotGoOnError(text.message, text.place, text.hint)
    seed = re.sub(r"[^A-Za-z0-9._-]+", "-", file.stem).strip("-._") or "seed"
    record, kept = root / "seeds" / f"{seed}.yaml", root / "seeds" / f"{seed}.txt"
    record.parent.mkdir(exist_ok=True)
    if not kept.exists():
        kept.write_bytes(content)
        print(f"wrote {kept.relative_to(root)} (keep it out of the repository: the text is another's)")
    elif kept.read_bytes() != content:
        raise CannotGoOnError(f"{kept.relative_to(root)} holds another text", hint="rename the file")
    if not record.exists():
        digest = hashlib.sha256(content).hexdigest()
        first = next((line.strip() for line in text.split("\n") if line.strip()), seed)
        record.write_text(
            new_seed(first[:200], digest, len(content), f"../{_schemas(root)}/seed.schema.json"),
            encoding="utf-8",
        )
        print(f"wrote {record.relative_to(root)}")
    body, claims = proposed_article(title, seed, text)
    return body, f"# yaml-language-server: $schema={schema}\n{claims}"
