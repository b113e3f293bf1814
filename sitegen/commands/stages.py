"""Where the time of a build went: the stages that it went through, each with its seconds."""

import time

from sitegen.building.build import Work


class Stages:
    """Notes when each stage begins."""

    def __init__(self) -> None:
        self._began: list[tuple[str, float]] = []

    def begin(self, name: str) -> None:
        """A stage begins, and the one before it ends."""
        self._began.append((name, time.perf_counter()))

    def end(self) -> None:
        """The last stage ends."""
        self.begin("")

    def table(self, work: Work) -> str:
        """The stages as lines of a name and seconds, and what was made anew."""
        ends = [moment for _, moment in self._began[1:]]
        seconds = [(name, end - moment) for (name, moment), end in zip(self._began, ends, strict=False)]
        width = max((len(name) for name, _ in seconds), default=0)
        lines = [f"{name:<{width}}  {spent:8.3f} s" for name, spent in seconds]
        made = f"made anew: {len(work.articles)} articles, {len(work.shared)} lists, feeds and records"
        return "\n".join([*lines, made])
