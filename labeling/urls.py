"""The addresses of the rooms that people work in."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from labeling.views import (
    adjudicate,
    caption,
    feedback,
    figures,
    guideline,
    heatmap,
    home,
    label,
    leases,
    pictures,
    preferences,
    recent,
    similar,
    undo,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("adjudicate/<slug:slug>/", adjudicate.adjudicate, name="adjudicate"),
    path("adjudicate/<slug:slug>/judge", adjudicate.judge, name="adjudicate_judge"),
    path("adjudicate/<slug:slug>/settle", adjudicate.settle, name="adjudicate_settle"),
    path("adjudicate/<slug:slug>/undo", adjudicate.undo, name="adjudicate_undo"),
    path("adjudicate/<slug:slug>/leave", adjudicate.leave, name="adjudicate_leave"),
    path("cases/<uuid:assignment_id>/precedents/<str:token>", adjudicate.precedent, name="precedent"),
    path("login/", LoginView.as_view(template_name="login.html", redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("me/", preferences.preferences, name="preferences"),
    path("me/figures/", figures.my_figures, name="my_figures"),
    path("me/feedback/", feedback.feedback, name="feedback"),
    path("me/feedback/<int:label_id>/thumb", feedback.thumb, name="feedback_thumb"),
    path("me/sample/<slug:softening>", preferences.sample, name="preferences_sample"),
    path("label/<slug:slug>/", label.screen, name="label"),
    path("label/<slug:slug>/undo", undo.undo, name="label_undo"),
    path("label/<slug:slug>/renew", leases.renew, name="label_renew"),
    path("label/<slug:slug>/leave", leases.leave, name="label_leave"),
    path("label/<slug:slug>/guideline", guideline.guideline, name="label_guideline"),
    path("label/<slug:slug>/exemplars/<int:exemplar_id>", guideline.exemplar, name="exemplar"),
    path("images/<uuid:assignment_id>", pictures.picture, name="picture"),
    path("images/<uuid:assignment_id>/plain", pictures.picture_plain, name="picture_plain"),
    path("images/<uuid:assignment_id>/thumb", recent.picture_thumb, name="picture_thumb"),
    path("images/<uuid:assignment_id>/heat/<slug:key>", heatmap.heatmap, name="heatmap"),
    path("images/<uuid:assignment_id>/caption", caption.caption, name="caption"),
    path("images/<uuid:assignment_id>/similar", similar.similar, name="similar"),
    path("images/<uuid:assignment_id>/similar/<str:token>", similar.neighbour, name="neighbour"),
    path("images/<uuid:assignment_id>/similar/<str:token>/plain", pictures.neighbour_plain, name="neighbour_plain"),
    path("images/<uuid:assignment_id>/similar/<str:token>/thumb", similar.neighbour_thumb, name="neighbour_thumb"),
]
