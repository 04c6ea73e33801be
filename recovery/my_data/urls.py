from django.urls import path

from recovery.my_data import views

app_name = "my_data"
urlpatterns = [path("", views.my_data, name="my_data")]
