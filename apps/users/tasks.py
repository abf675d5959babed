"""Tasks of accounts. What does not belong here: rules; a task calls one service."""

from celery import shared_task

from apps.users import services


@shared_task(name="users.send_mail")
def send_mail(*, mail_id: int, **_: object) -> None:
    """Send one mail that was asked for."""
    services.send_mail(mail_id=mail_id)


@shared_task(name="users.ring_mails")
def ring_mails(**_: object) -> None:
    """Send the mails that are due."""
    services.ring_mails()


@shared_task(name="users.purge_stale")
def purge_stale(**_: object) -> None:
    """Forget what nothing needs any more."""
    services.purge_stale()
