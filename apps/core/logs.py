"""How log lines look: text for people, JSON for machines. What does not belong here: what is logged."""

from __future__ import annotations

import structlog

SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
# The web server answers some requests by itself, where nothing is bound: it names their ids with its lines.
NAMED = structlog.stdlib.ExtraAdder(allow={"request_id"})

structlog.configure(
    processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)


def text_formatter() -> structlog.stdlib.ProcessorFormatter:
    """Lines for a terminal; tracebacks without local variables, which may hold passwords."""
    return _formatter(structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback))


def json_formatter() -> structlog.stdlib.ProcessorFormatter:
    """One JSON object a line."""
    return _formatter(structlog.processors.format_exc_info, structlog.processors.JSONRenderer())


def _formatter(*renderers: structlog.typing.Processor) -> structlog.stdlib.ProcessorFormatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*SHARED, NAMED],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *renderers,
        ],
    )
