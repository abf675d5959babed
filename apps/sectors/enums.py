"""The vocabulary of sectors. What does not belong here: status and series formats, which stocks share."""

from django.db.models import TextChoices


class SectorOrdering(TextChoices):
    """How a list of sectors may be ordered; a minus turns it round."""

    ENUM = "enum", "Identifier"
    ENUM_DESC = "-enum", "Identifier, last first"
    NAME = "name", "Name"
    NAME_DESC = "-name", "Name, last first"
    STATUS = "status", "Status"
    STATUS_DESC = "-status", "Status, inactive first"
