"""Health and public configuration. What does not belong here: rules, queries."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import events, metrics, selectors
from apps.core.api import envelope
from apps.core.api.serializers import NothingIn
from apps.core.api.views import PublicView, View
from apps.core.serializers import EventTicketOut, HealthOut, LiveOut, PublicSettingOut

TICKET = OpenApiExample(
    "A ticket",
    value={"ticket": "q0Zk1v9c8p3XJmB2n7s4", "expires_in": 30, "url": "/api/v1/events"},
    response_only=True,
)
STREAM = OpenApiExample(
    "A run that began, and a sign of life",
    value='id: 1767617999000-0\nevent: job\ndata: {"kind":"backtest","id":"…","status":"running"}\n\n: still here\n\n',
    response_only=True,
)
LAST_EVENT_ID = OpenApiParameter(
    "Last-Event-ID",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Go on after this event; last_event_id does the same.",
)


class HealthView(PublicView):
    """What must be answered while the database and the broker are away: nothing is counted, for a limit is a row."""

    def check_throttles(self, request: Request) -> None:
        """Count nothing."""


class HealthLiveView(HealthView):
    """The process answers."""

    @extend_schema(operation_id="healthLive", responses=LiveOut)
    def get(self, _request: Request) -> Response:
        """Say that the process is alive; touches nothing else."""
        return Response({"status": "ok"})


class HealthReadyView(HealthView):
    """The parts work together."""

    @extend_schema(operation_id="healthReady", responses={200: HealthOut, 503: HealthOut})
    def get(self, _request: Request) -> Response:
        """Say which parts answer: 200 when all do, 503 otherwise."""
        parts = selectors.health()
        again = {"Retry-After": str(envelope.OUTAGE_RETRY_SECONDS)}
        word, status, headers = {True: ("ok", 200, {}), False: ("degraded", 503, again)}[all(parts.values())]
        return Response({"status": word, "parts": parts}, status=status, headers=headers)


class MetricsView(PublicView):
    """What the service measures, for Prometheus."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        """Every metric as text, for who sends the token of the environment."""
        selectors.check_metrics_token(request.headers.get("Authorization", ""))
        return HttpResponse(metrics.render(), content_type=metrics.CONTENT_TYPE)


class ConfigPublicView(PublicView):
    """The configuration that clients may see without signing in."""

    @extend_schema(operation_id="configPublicList", responses=PublicSettingOut(many=True))
    def get(self, _request: Request) -> Response:
        """List the public settings."""
        return Response(PublicSettingOut(selectors.list_settings(public_only=True), many=True).data)


class EventTicketView(View):
    """A way in for browsers, which cannot send a header with a stream."""

    @extend_schema(
        operation_id="eventsTicketCreate", request=NothingIn, responses={201: EventTicketOut}, examples=[TICKET]
    )
    def post(self, _request: Request) -> Response:
        """Give a ticket to the stream of events, good once and for half a minute."""
        self.body(NothingIn)
        who = {"user_id": self.user.pk, "version": self.user.token_version, "session_id": self.credential.session_id}
        ticket = events.issue_ticket(holder=events.Holder(**who))
        return Response(EventTicketOut(ticket).data, status=201)


class EventStreamView(View):
    """Where the stream is described; the process of config/asgi serves it, to which the proxy leads."""

    @extend_schema(
        operation_id="eventsStream",
        parameters=[
            OpenApiParameter("ticket", OpenApiTypes.STR, description="In place of the Authorization header."),
            OpenApiParameter("last_event_id", OpenApiTypes.STR),
            LAST_EVENT_ID,
        ],
        responses={(200, "text/event-stream"): OpenApiTypes.STR},
        examples=[STREAM],
    )
    def get(self, _request: Request) -> Response:
        """Send what changes, as it does: ``job``, ``notification``, ``order``, ``position``; ``reset``: read anew."""
        events.lead_elsewhere()
