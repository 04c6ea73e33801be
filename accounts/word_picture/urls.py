from django.urls import path

from accounts.word_picture import views

app_name = "word_picture"
urlpatterns = [path("<slug:key>/", views.picture, name="picture")]
