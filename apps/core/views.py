"""Health and public configuration. What does not belong here: rules, queries."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import metrics, selectors
from apps.core.api.views import PublicView
from apps.core.serializers import HealthOut, LiveOut, PublicSettingOut


class HealthLiveView(PublicView):
    """The process answers."""

    @extend_schema(operation_id="healthLive", responses=LiveOut)
    def get(self, _request: Request) -> Response:
        """Say that the process is alive; touches nothing else."""
        return Response({"status": "ok"})


class HealthReadyView(PublicView):
    """The parts work together."""

    @extend_schema(operation_id="healthReady", responses={200: HealthOut, 503: HealthOut})
    def get(self, _request: Request) -> Response:
        """Say which parts answer: 200 when all do, 503 otherwise."""
        parts = selectors.health()
        status = {True: ("ok", 200), False: ("degraded", 503)}[all(parts.values())]
        return Response({"status": status[0], "parts": parts}, status=status[1])


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
