"""What of the settings reaches the built site."""

from dataclasses import fields, is_dataclass, replace

from sitegen.building.rows import key_of
from sitegen.model.places import Places
from sitegen.model.records import PublishSettings, Settings


def settings_key(settings: Settings) -> bytes:
    """The digest of all settings but where the site is published; where they stand in the file does not count."""
    return key_of("settings", _values(replace(settings, publish=PublishSettings())))


def _values(value: object) -> object:
    """A record as its fields' values, in their order."""
    if is_dataclass(value):
        found = (getattr(value, field.name) for field in fields(value))
        return tuple(_values(part) for part in found if not isinstance(part, Places))
    return tuple(map(_values, value)) if isinstance(value, tuple) else value
