"""`manage.py rebuild_index`: learn anew how embeddings are shortened, and build the index of similar images."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labeling.models import IndexedEmbedding
from labeling.services import indexing
from ml import versions


class Command(BaseCommand):
    """Does by hand what happens by itself once, when there are enough embeddings."""

    help = (
        "Learn anew how embeddings are shortened, and build the index of similar images with it. Worth it when other "
        "kinds of pictures come in than when it was built. No image is embedded meanwhile."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Build it, and say what of."""
        try:
            indexing.rebuild()
        except ValueError as error:
            raise CommandError(str(error)) from error
        made = versions.shortening()
        facts = made.preprocessing if made else {}
        self.stdout.write(
            f"{IndexedEmbedding.objects.count():,} images indexed. {facts['components']} components, learnt from "
            f"{facts['embeddings']:,} embeddings, hold {100 * facts['explained']:.1f} % of their variance."
        )
