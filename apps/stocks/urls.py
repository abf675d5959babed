"""Routes of stocks. What does not belong here: anything but paths."""

from django.urls import path

from apps.stocks import views

urlpatterns = [
    path("", views.StockListCreateView.as_view()),
    path("categories/", views.CategoryListCreateView.as_view()),
    path("prices/daily", views.StockPricesDailyView.as_view()),
    path("prices/5min", views.StockPrices5MinView.as_view()),
    path("<int:stock_id>/", views.StockDetailView.as_view()),
]
