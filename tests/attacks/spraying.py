"""One popular key on ten thousand documents from a thousand networks.

    python -m tests.attacks.spraying

Prints how many attempts pass before attack mode, and how many accounts they open if keys are as people choose them.
"""

import sys


def spray(documents: int, networks: int) -> int:
    """Attempts before attack mode began; `documents` if it did not begin."""
    from accounts.attack_mode import in_attack_mode
    from accounts.sign_in import sign_in
    from accounts.visitors import Visitor
    from tests.attacks.popularity import allowed_by_popularity

    key = allowed_by_popularity()[0]
    for number in range(documents):
        place = number % networks
        sign_in(
            document=str(40_000_000 + number), key=key, visitor=Visitor(f"10.{place // 250}.{place % 250}.0/24", "", "", "")
        )
        if number % 50 == 0 or number > 495:
            if in_attack_mode():
                return number
    return documents


def expected_before_attack_mode() -> float:
    """Accounts opened by the most popular allowed key within the portal's rate limit."""
    from ratelimits import rates
    from tests.attacks.popularity import shares

    return rates.portal(members=0).burst * shares()[0]


def main() -> int:
    from tests.attacks.alone import empty_portal

    with empty_portal():
        tries = spray(10_000, 1_000)
        expected = expected_before_attack_mode()
    print(f"el asedio empieza tras {tries} intentos (límite 500); cuentas abiertas hasta entonces, en promedio: {expected:.3f}")
    return 0 if tries <= 500 else 1


if __name__ == "__main__":
    sys.exit(main())
