"""The addresses of the rooms that people work in."""

urlpatterns: list = []
