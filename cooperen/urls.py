"""Root urls, and the views of the error pages."""

from django.urls import include, path

from backoffice.admin import site as office
from cooperen import views
from cooperen.health import alive, health

urlpatterns = [
    path("", views.home, name="home"),
    path("acceso/", include("accounts.urls")),
    path("recuperar/imagen/", include("accounts.word_picture.urls")),
    path("recuperar/", include("recovery.urls")),
    path("estado-de-cuenta/mis-datos/", include("recovery.my_data.urls")),
    path("estado-de-cuenta/", include("statements.urls")),
    path("privacidad/", views.privacy, name="privacy"),
    path("accesibilidad/", views.accessibility, name="accessibility"),
    path("salud/", health, name="health"),
    path("salud/vivo/", alive, name="alive"),
    path("admin/", office.urls),
]
handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
