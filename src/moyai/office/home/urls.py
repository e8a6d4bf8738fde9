from __future__ import annotations

from django.urls import path

from moyai.office.home import views

urlpatterns = [
    path("", views.index, name="region"),
    path("region/figures.csv", views.figures_csv, name="region-figures"),
    path("towns/<str:code>/", views.town, name="town"),
]
