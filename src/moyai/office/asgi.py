"""The office as an ASGI application."""

from __future__ import annotations

from django.core.asgi import get_asgi_application

from moyai.office import settings

settings.adopt()
application = get_asgi_application()
