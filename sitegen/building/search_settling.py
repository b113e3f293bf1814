"""An index of Pagefind settled: the same pages give the same bytes.

Pagefind 1.5 writes the values of each filter, and the filters themselves, in the order in which they happen to lie in memory.
Here they are put in order. They stand in
`filter/*.pf_filter`, whose names are digests of what they hold; `*.pf_meta` names those, and `pagefind-entry.json` names the
`.pf_meta` of each language. All but the last are gzipped CBOR behind a signature.
"""

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

import cbor2

from sitegen.model.errors import CannotGoOnError

_SIGNATURE = b"pagefind_dcd"
_ENTRY = "pagefind-entry.json"


def settled(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of an index by path, in order. Raises `CannotGoOnError` where they are not as Pagefind 1.5 writes them."""
    try:
        return _settled(files)
    except (ValueError, TypeError, KeyError, OSError, EOFError, cbor2.CBORDecodeError) as error:
        raise CannotGoOnError(
            "pagefind wrote an index of another form than sitegen knows",
            hint="pip install 'sitegen[search]' brings a version that fits",
        ) from error


def _settled(files: Mapping[str, bytes]) -> dict[str, bytes]:
    kept = {path: content for path, content in files.items() if not path.endswith((".pf_filter", ".pf_meta"))}
    entry = json.loads(files[_ENTRY])
    languages = {}
    for language, known in sorted(entry["languages"].items()):
        version, pages, chunks, filters, sorts, fields = _opened(files[f"pagefind.{known['hash']}.pf_meta"])
        renamed = []
        for name, digest in sorted(filters):
            own, values = _opened(files[f"filter/{digest}.pf_filter"])
            # The names of Pagefind's own are as long.
            fresh, content = _closed([own, sorted(values)], _named(digest))
            kept[f"filter/{fresh}.pf_filter"] = content
            renamed.append([name, fresh])
        meta = [version, pages, chunks, renamed, sorted(sorts), fields]
        fresh, content = _closed(meta, _named(known["hash"]))
        kept[f"pagefind.{fresh}.pf_meta"] = content
        languages[language] = {**known, "hash": fresh}
    kept[_ENTRY] = json.dumps({**entry, "languages": languages}, ensure_ascii=False, sort_keys=True).encode()
    return kept


def _named(name: str) -> Callable[[bytes], str]:
    """How a part is named: its language, and as many digits of its digest as it had."""
    language, _, digits = name.rpartition("_")
    return lambda content: f"{language}_{hashlib.sha256(content).hexdigest()[: len(digits)]}"


def _opened(content: bytes) -> Any:  # noqa: ANN401 - what another program wrote; `settled` refuses what does not fit
    plain = gzip.decompress(content)
    if not plain.startswith(_SIGNATURE):
        raise ValueError("not Pagefind's")
    return cbor2.loads(plain.removeprefix(_SIGNATURE))


def _closed(parts: list[object], named: Callable[[bytes], str]) -> tuple[str, bytes]:
    plain = _SIGNATURE + cbor2.dumps(parts)
    return named(plain), gzip.compress(plain, mtime=0)
