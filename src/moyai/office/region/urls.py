from __future__ import annotations

from django.urls import path

from moyai.office.region import views

urlpatterns = [path("region/boundaries.geojson", views.boundaries, name="boundaries")]
