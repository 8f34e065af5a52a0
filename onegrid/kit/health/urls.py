from django.urls import path

from onegrid.kit.health import pages

app_name = "health"
urlpatterns = [
    path("health/live", pages.live, name="live"),
    path("health/ready", pages.ready, name="ready"),
    path("metrics", pages.metrics, name="metrics"),
]
