"""The routes of the whole service. What does not belong here: views."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerSplitView

from apps.adminpanel.urls import jobs_urlpatterns
from apps.core.urls import health_urlpatterns, metrics_urlpatterns
from apps.market.urls import meta_urlpatterns, options_urlpatterns

api = [
    path("", include("apps.core.urls")),
    path("", include(meta_urlpatterns)),
    path("", include(jobs_urlpatterns)),
    path("auth/", include("apps.users.urls")),
    path("stocks/", include("apps.stocks.urls")),
    path("sectors/", include("apps.sectors.urls")),
    path("market/", include("apps.market.urls")),
    path("options/", include(options_urlpatterns)),
    path("strategies/", include("apps.strategies.urls")),
    path("backtest/", include("apps.backtests.urls")),
    path("trading/", include("apps.trading.urls")),
    path("sync/", include("apps.sync.urls")),
    path("payments/", include("apps.payments.urls")),
    path("notifications/", include("apps.notifications.urls")),
    path("adminpanel/", include("apps.adminpanel.urls")),
]

admin.site.site_header = admin.site.site_title = "PaperTrade"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="docs")),
    path("api/v1/", include(api)),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("api/redoc/", SpectacularRedocView.as_view(url_name="schema", template_name="core/redoc.html"), name="redoc"),
    path("django-admin/", admin.site.urls),
    *health_urlpatterns,
    *metrics_urlpatterns,
]

handler400 = "apps.core.api.envelope.bad_request"
handler403 = "apps.core.api.envelope.bad_request"
handler404 = "apps.core.api.envelope.not_found"
handler500 = "apps.core.api.envelope.server_error"
