"""Whether a model answers as the nearest judged images would: a look at it that needs no further label."""

from labeling.confusion import answer
from labeling.intervals import Share, share
from labeling.models import Policy, Prediction
from labeling.selectors.votes import neighbour_votes
from ml.models import ModelVersion

# The newest judgements. Each asks for its neighbours, which takes some milliseconds.
LATEST = 300


def agreement_with_neighbours(version: ModelVersion, policy: Policy) -> Share:
    """Return how often the vote of an image's neighbours equals the model's answer; images without a vote are out."""
    newest = Prediction.objects.filter(model_version=version).order_by("-id")
    answers = {
        image_id: answer(version.categories, probabilities)[0]
        for image_id, probabilities in newest.values_list("image_id", "probabilities")[:LATEST]
    }
    votes = neighbour_votes(image_ids=list(answers), policy=policy)
    return share(sum(answers[image_id] == vote for image_id, vote in votes.items()), len(votes))
