"""Routes of strategies. What does not belong here: anything but paths."""

from django.urls import path

from apps.strategies import views

urlpatterns = [
    path("predefined/", views.PredefinedStrategyListView.as_view()),
    path("predefined/<int:pk>/", views.PredefinedStrategyDetailView.as_view()),
    path("rule-based/", views.RuleBasedStrategyListCreateView.as_view()),
    path("rule-based/<int:pk>/", views.RuleBasedStrategyDetailView.as_view()),
    path("rule-based/<int:pk>/clone/", views.RuleBasedStrategyCloneView.as_view()),
    path("catalogue", views.CatalogueView.as_view()),
    path("validate", views.ValidateView.as_view()),
    path("preview", views.PreviewView.as_view()),
]
