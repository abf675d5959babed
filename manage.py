#!/usr/bin/env python3
"""Django's command line for this project. What does not belong here: anything but the hand-over to Django."""

import os
import sys


def main() -> None:
    """Run a command; what is wrong with the environment is one line, and the exit code 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # It says what to set, and is met by whoever sets it: where in the code it was noticed helps nobody.
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"To mend: {error}")


if __name__ == "__main__":
    main()
