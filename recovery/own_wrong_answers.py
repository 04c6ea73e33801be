"""How many wrong answers this browser has sent with one document and e-mail, as its session keeps them.

Only the browser that sent them all is told that the attempts are used up: the rate limit's own row is never shown.
"""

from django.http import HttpRequest

from vault.digests import digest

KEPT = "wrong"  # in the session: counts by keyed digest of document and e-mail
MOST = 10  # pairs that one session keeps


def count_own(request: HttpRequest, document: str, email: str) -> int:
    """Count one more; how many there are."""
    counts = dict(request.session.get(KEPT, {}))
    subject = digest("own wrong answers", document, email.strip().casefold())[:16]
    count = counts.pop(subject, 0) + 1
    request.session[KEPT] = dict([*counts.items(), (subject, count)][-MOST:])
    return count
