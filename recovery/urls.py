from django.urls import path

from recovery import views

app_name = "recovery"
urlpatterns = [
    path("", views.start, name="start"),
    path("preguntas/", views.questions, name="questions"),
    path("listo/", views.result, name="result"),
]
