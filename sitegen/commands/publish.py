"""`sitegen publish`: bring the built site to where readers find it."""

import argparse
import sys
import time
from dataclasses import dataclass

from sitegen.building.files import DiskFiles
from sitegen.commands import build
from sitegen.commands.asking import said_yes, someone_is_there
from sitegen.commands.ending import ended_in_order
from sitegen.commands.paths import site_root
from sitegen.commands.publish_progress import watched
from sitegen.commands.publish_report import Outcome, announce, print_failure, print_json, print_summary
from sitegen.commands.site import OpenSite, open_site
from sitegen.model.counts import plural
from sitegen.model.errors import CannotGoOnError, ProblemsFoundError
from sitegen.model.records import Target
from sitegen.publishing.errors import PublishError
from sitegen.publishing.looking import PATIENCE, Look, Seen, require_client, seen_at
from sitegen.publishing.plan import Plan, make_plan
from sitegen.publishing.publishers import Publication, Publisher, publisher_of
from sitegen.publishing.readiness import obstacle
from sitegen.publishing.tree import read_tree
from sitegen.reading.shapes import nearest


def run(options: argparse.Namespace) -> int:
    """Publish the site: nothing with errors, and nothing older than its sources, unless asked to."""
    if options.format == "text":
        return _publish(options)
    try:
        return _publish(options)
    except BrokenPipeError:
        raise
    except BaseException as error:
        print_failure(options.target, error)
        raise


def _publish(options: argparse.Namespace) -> int:
    root = site_root(options)
    folder = build.output_folder(root, options.output)
    if options.check:
        require_client()
    if options.build:
        _build(options)
    site = open_site(DiskFiles(root))
    target = _target(site, options)
    if target is None:
        # The setting was written just now; what is built already serves as it is.
        site = open_site(DiskFiles(root))
        target = _target(site, options)
        if obstacle(site.files, site.settings, folder) is not None:
            _build(options)
        site = open_site(DiskFiles(root))
    if target is None:
        return 0
    if not options.as_is and (found := obstacle(site.files, site.settings, folder)) is not None:
        raise ProblemsFoundError(found.message, hint=found.hint)
    publication = Publication(
        root,
        site.settings,
        target,
        read_tree(folder, root),
        force=options.force,
        adopt=options.adopt,
        take_over=options.take_over,
    )
    return _Run(publication, options).publish()


def _build(options: argparse.Namespace) -> None:
    """Build the site first, as `sitegen build` does. Raises `ProblemsFoundError` where it has errors."""
    told = argparse.Namespace(
        site=options.site,
        output=options.output,
        strict=False,
        keep_going=False,
        drafts=False,
        base_url=None,
        jobs=None,
        executor=None,
        no_cache=False,
        quiet=options.format == "json",
        profile=False,
    )
    if build.run(told):
        raise ProblemsFoundError("nothing was published: the site has errors")


def _target(site: OpenSite, options: argparse.Namespace) -> Target | None:
    """The target that is meant; None where one has just been written into the settings."""
    targets = {target.id: target for target in site.settings.publish.targets}
    if not targets and options.target is None:
        from sitegen.commands.publish_first import offer  # noqa: PLC0415 - once in a site's life

        offer(site, may_ask=options.format == "text" and someone_is_there())
        return None
    name = (
        options.target or site.settings.publish.default or (next(iter(targets)) if len(targets) == 1 else "")
    )
    if not name:
        message = f"there are several targets, and no default: {', '.join(targets)}"
        raise CannotGoOnError(message, hint='name one, or set "default:" under "publish:"')
    if name not in targets:
        hint = nearest(name, targets) if targets else "sitegen publish, without a name, offers likely ones"
        raise CannotGoOnError(f'there is no target "{name}" in sitegen.yaml', hint=hint)
    return targets[name]


@dataclass
class _Run:
    """One publication, from the plan to the last line."""

    publication: Publication
    options: argparse.Namespace

    def publish(self) -> int:
        """Plan, ask, carry out, and look whether it arrived."""
        started = time.perf_counter()
        with publisher_of(self.publication) as publisher:
            remote = publisher.remote()
            plan = make_plan(publisher.tree(), remote, headers=publisher.keeps_headers)
            outcome = Outcome(self.publication, publisher.place, plan)
            if self.options.format == "text":
                announce(outcome, verbose=self.options.verbose)
            self._refuse(plan, publisher.place)
            if not self.options.dry_run and not plan.is_empty:
                self._carry_out(publisher, plan)
                outcome.done = True
        outcome.seconds = time.perf_counter() - started
        if self.options.check and not self.options.dry_run:
            outcome.seen = self._look(plan)
        (print_json if self.options.format == "json" else print_summary)(outcome, dry=self.options.dry_run)
        return 0 if outcome.seen.is_as_published else 3

    def _refuse(self, plan: Plan, place: str) -> None:
        if plan.foreign:
            more = f", and {len(plan.foreign) - 3} more" if len(plan.foreign) > 3 else ""
            names = ", ".join(plan.foreign[:3])
            raise PublishError(
                "foreign",
                f"{place} holds files that sitegen did not put there, where files of the site belong: {names}{more}",
                "move them away: a file and a folder cannot both lie there"
                if self.publication.adopt
                else "move them away; --adopt replaces files, and they are sitegen's from then on",
            )
        if not plan.is_drastic or self.options.yes:
            return
        pages = plural(plan.pages_there, "page", "pages")
        question = f"{plan.deleted_pages:,} of {pages} at {place} would be deleted."
        if self.options.dry_run:
            print(f"warning: {question} You will be asked, or --yes is needed", file=sys.stderr)
            return
        if not (someone_is_there() and said_yes(f"{question} Go on?")):
            raise CannotGoOnError(f"{question} Nothing was published.", hint="--yes says that this is meant")

    def _carry_out(self, publisher: Publisher, plan: Plan) -> None:
        try:
            with watched(plan) as progress, ended_in_order():
                publisher.carry_out(plan, progress)
        except PublishError as error:
            if not error.hint:
                error.hint = "run it again: it goes on where this one ended"
            raise

    def _look(self, plan: Plan) -> Seen:
        files = tuple(self.publication.tree.values()) if plan.is_empty else plan.sent
        look = Look(self.publication.address, files, plan.deleted)
        with watched(plan) as progress:
            return seen_at(look, progress, patience=0 if plan.is_empty else PATIENCE)
