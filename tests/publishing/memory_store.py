"""A store of files in memory, as exact about conditions as a real one, that can be told to fail."""

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from sitegen.publishing.errors import PublishError
from sitegen.publishing.file_store import ConflictError
from sitegen.publishing.tree import TreeFile


@dataclass
class MemoryStore:
    """Files by path, each with a version. `before` and `after` each deed are called with its name and path, and may raise."""

    place: str = "memory"
    keeps_headers: bool = True
    width: int = 4
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    before: Callable[[str, str], None] = lambda _deed, _path: None
    after: Callable[[str, str], None] = lambda _deed, _path: None
    closed: bool = False
    _count: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def read(self, path: str) -> tuple[bytes, str] | None:
        self.before("read", path)
        with self._lock:
            return self.files.get(path)

    def write(self, path: str, content: bytes, version: str | None) -> str:
        self.before("write", path)
        with self._lock:
            found = self.files.get(path)
            if (found[1] if found else None) != version:
                raise ConflictError
            made = self._hold(path, content)
        self.after("write", path)
        return made

    def lying(self, paths: Collection[str]) -> Collection[str]:
        self.before("lying", "")
        with self._lock:
            return self.files.keys() & set(paths)

    def put(self, file: TreeFile, *, fresh: bool) -> None:
        self.before("put", file.path)
        with self._lock:
            if fresh and file.path in self.files:
                raise PublishError("foreign", f"{file.path} is in the way")
            self._hold(file.path, file.read())
        self.after("put", file.path)

    def set_headers(self, file: TreeFile) -> None:
        self.before("headers", file.path)

    def delete(self, paths: Collection[str]) -> None:
        for path in paths:
            self.before("delete", path)
            with self._lock:
                self.files.pop(path, None)
            self.after("delete", path)

    def close(self) -> None:
        self.closed = True

    def contents(self) -> dict[str, bytes]:
        """All files but sitegen's own records."""
        return {path: content for path, (content, _) in sorted(self.files.items()) if ".sitegen-" not in path}

    def _hold(self, path: str, content: bytes) -> str:
        self._count += 1
        self.files[path] = content, str(self._count)
        return str(self._count)
