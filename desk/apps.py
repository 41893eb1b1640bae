"""The desk as a Django app: it imports all others and is imported by none."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Registers the desk's doors, menu entries and the store of saved views."""

    name = "desk"
    verbose_name = "Desk"

    def ready(self) -> None:
        from core import access
        from core.lists import saved
        from desk import navigation
        from desk.access import ACCESS
        from desk.demo.load import declare_settings
        from desk.saved_views import RowViewStore

        access.register("desk", ACCESS)
        saved.use_store(RowViewStore())
        declare_settings()
