"""How whole the stored prices are. What does not belong here: rules, queries."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import View
from apps.market import selectors
from apps.market.serializers.quality import QualityIn, QualityOut

NOTHING = {"count": 0, "dates": []}
QUALITY = OpenApiExample(
    "An imported stock without two sessions",
    value={
        "instrument": "RELIANCE",
        "daily": {
            "first_date": "2019-10-01",
            "last_date": "2025-12-31",
            "bars": 1551,
            "days": 1551,
            "expected_days": 1553,
            "missing": {"count": 2, "dates": ["2021-11-04", "2022-08-08"]},
            "unexpected": NOTHING,
            "short": NOTHING,
            "duplicates": NOTHING,
            "stale": NOTHING,
            "stale_ratio": 0.0,
            "synthetic_ratio": 0.0,
            "sessions_behind": 0,
        },
        "intraday": None,
    },
    response_only=True,
)


class QualityView(View):
    """The quality of stored prices."""

    @extend_schema(
        operation_id="marketQualityRetrieve", parameters=[QualityIn], responses=QualityOut, examples=[QUALITY]
    )
    def get(self, _request: Request) -> Response:
        """Show gaps, repetitions and origin of an instrument's stored prices."""
        return Response(QualityOut(selectors.get_quality(now=clock.now(), **self.query(QualityIn))).data)
