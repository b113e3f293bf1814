"""Imports point one way, and the world is at the rim: the picture of `docs/architecture.md` as a test."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import sitegen

ROOT = Path(sitegen.__file__).parent
LAYERS = "model reading judging writing building report preview,archiving,publishing,exchange commands cli"
RANKS = {room: rank for rank, rooms in enumerate(LAYERS.split()) for room in rooms.split(",")}
MODULES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_bytes()) for path in ROOT.rglob("*.py")}
PURE = "model/ reading/ judging/ writing/ building/articles. building/build. building/check. building/collisions. building/each. building/entries. building/memory. building/moving. building/pages. building/parcels. building/plan. building/shared. building/site. building/sitewide. building/sources. building/survey. building/thinning."
WORLD = (
    "asyncio ctypes fcntl glob http logging multiprocessing os pathlib.Path random secrets shutil signal socket "
    "subprocess tempfile threading time urllib.request uuid"
)
DEEDS = "open print input read_text read_bytes write_text write_bytes now today utcnow getenv sleep"


def imports(module: str) -> Iterator[str]:
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls(module: str) -> Iterator[str]:
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func).rpartition(".")[2]


@pytest.mark.parametrize("module", sorted(MODULES.keys() - {"__init__.py", "__main__.py"}))
def test_imports_point_one_way(module: str) -> None:
    room = module.partition("/")[0].removesuffix(".py")
    rooms = {name.split(".")[1] for name in imports(module) if name.startswith("sitegen.")}
    assert {other for other in rooms - {room, "__version__"} if RANKS[other] >= RANKS[room]} == set()


@pytest.mark.parametrize("module", sorted(name for name in MODULES if name.startswith(tuple(PURE.split()))))
def test_world_is_at_the_rim(module: str) -> None:
    assert {
        name for name in imports(module) if f"{name}.".startswith(tuple(f"{part}." for part in WORLD.split()))
    } == set()
    assert set(DEEDS.split()) & set(calls(module)) == set()
