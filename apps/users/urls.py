"""Routes of users. What does not belong here: anything but paths."""

from django.urls import path

from apps.users.views import accounts, api_keys, recovery, sessions, two_factor

urlpatterns = [
    path("signup", accounts.AccountSignupView.as_view()),
    path("login", accounts.SessionLoginView.as_view()),
    path("login/two-factor", accounts.SessionLoginCodeView.as_view()),
    path("refresh", accounts.SessionRefreshView.as_view()),
    path("logout", accounts.SessionLogoutView.as_view()),
    path("profile", accounts.ProfileDetailView.as_view()),
    path("password", accounts.PasswordChangeView.as_view()),
    path("password/reset", recovery.PasswordResetView.as_view()),
    path("password/reset/confirm", recovery.PasswordResetConfirmView.as_view()),
    path("verify-email", recovery.EmailVerifyView.as_view()),
    path("verify-email/resend", recovery.EmailVerifyResendView.as_view()),
    path("two-factor/enrol", two_factor.TwoFactorEnrolView.as_view()),
    path("two-factor/confirm", two_factor.TwoFactorConfirmView.as_view()),
    path("two-factor/disable", two_factor.TwoFactorDisableView.as_view()),
    path("api-keys/", api_keys.ApiKeyListCreateView.as_view()),
    path("api-keys/<int:key_id>/", api_keys.ApiKeyRevokeView.as_view()),
    path("sessions/", sessions.SessionListView.as_view()),
    path("sessions/<int:session_id>/", sessions.SessionEndView.as_view()),
]
