"""Typed readers of environment variables that fail loudly, naming the variable.

No Django here: the servers' starter and the settings both read through this module.
"""

import os


class SettingError(SystemExit):
    """A setting is missing or malformed. Ends the start with the variable's name, without a traceback."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"Winnow cannot start: {name} {problem}. See docs/configuration.md.")


def text(name: str, default: str | None = None) -> str:
    """Return the variable's text; without a default a missing or empty one is an error."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise SettingError(name, "is not set, and with DEBUG off it has no default")
    return default


def flag(name: str, default: bool) -> bool:
    """Return a yes/no variable; anything but the usual spellings is an error."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise SettingError(name, f"must be 1 or 0, not {value!r}")


def integer(name: str, default: int, minimum: int = 0) -> int:
    """Return a whole number of at least `minimum`."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        raise SettingError(name, f"must be a whole number, not {value!r}") from None
    if number < minimum:
        raise SettingError(name, f"must be at least {minimum}, not {number}")
    return number


def words(name: str, default: str | None = None) -> list[str]:
    """Return a comma-separated list, without empty items."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]
