"""The addresses of the rooms that people work in."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from labeling.views import home, label, pictures

urlpatterns = [
    path("", home.home, name="home"),
    path("login/", LoginView.as_view(template_name="login.html", redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("label/<slug:slug>/", label.screen, name="label"),
    path("label/<slug:slug>/next", label.next_image, name="label_next"),
    path("label/<slug:slug>/undo", label.undo, name="label_undo"),
    path("label/<slug:slug>/renew", label.renew, name="label_renew"),
    path("label/<slug:slug>/leave", label.leave, name="label_leave"),
    path("label/<slug:slug>/guideline", label.guideline, name="label_guideline"),
    path("images/<uuid:assignment_id>", pictures.picture, name="picture"),
]
