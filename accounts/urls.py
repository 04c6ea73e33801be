from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.sign_in, name="sign_in"),
    path("cambiar-clave/", views.change_key, name="change_key"),
    path("salir/", views.leave, name="leave"),
    path("dispositivos/", views.known_devices, name="devices"),
    path("no-fui-yo/", views.disown, name="disown"),
]
