from captcha.views import captcha_image
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from recovery import views

app_name = "recovery"
urlpatterns = [
    path("", views.start, name="start"),
    path("preguntas/", views.questions, name="questions"),
    path("listo/", views.result, name="result"),
    path("imagen/<slug:key>/", login_not_required(captcha_image), name="picture"),
]
