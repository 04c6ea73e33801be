from django.urls import path

from statements import views

app_name = "statements"
urlpatterns = [
    path("", views.statement, name="statement"),
    path("movimientos.csv", views.movements_csv, name="movements_csv"),
    path("extracto.pdf", views.extract_pdf, name="extract_pdf"),
]
