#!/usr/bin/env python
"""Django's command line, with the embedded database started where none is configured."""

import os
import sys
from contextlib import nullcontext


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moderation.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError, ProgrammingError

    from moderation import embedded

    ours = settings.DEBUG and not os.environ.get("DATABASE_URL") and embedded.needed_by(sys.argv)
    try:
        with embedded.running(settings.DATA_DIR) if ours else nullcontext():
            execute_from_command_line(sys.argv)
    except (OperationalError, ProgrammingError) as error:
        problem = embedded.explain(error.__cause__)
        if problem is None:
            raise
        sys.exit(problem)


if __name__ == "__main__":
    main()
