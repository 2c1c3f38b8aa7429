"""When to suggest a break: asked once a minute, so that no answer waits for it."""

from labeling.access import PersonRequest
from labeling.rest import suggestion
from labeling.selectors.exposure import stretch_of

# In the session: the beginning of the stretch for which a break was suggested already.
TOLD = "rest_told"


def rest_due(request: PersonRequest) -> dict[str, str]:
    """Return {"rest": sentence} when it is time to suggest a break, once in a stretch of work; else nothing."""
    stretch = stretch_of(request.user)
    if stretch is None or not stretch.wants_rest:
        return {}
    began = stretch.began.isoformat()
    if request.session.get(TOLD) == began:
        return {}
    request.session[TOLD] = began
    return {"rest": suggestion(stretch)}
