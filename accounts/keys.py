"""Access keys: generation, and the rules for a chosen one. Pure functions; keys are text, because 00012 is not 12.

docs/decisions/0009 says which keys are refused and why. NIST SP 800-63B, 5.1.1.2, asks for such a list of common values.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import permutations

RandBelow = Callable[[int], int]

CHOSEN_DIGITS, TEMPORARY_DIGITS, SIX_DIGITS = 5, 4, 6
LENGTHS = {TEMPORARY_DIGITS, CHOSEN_DIGITS, SIX_DIGITS}

KEYPAD = ("147", "258", "369", "123", "456", "789")
KEYPAD_PATHS = (  # lines on a telephone's keypad, each also read backwards
    "147258369", "123456789", "369258147", "789456123", "1470258", "0258369", "2580", "02580", "25802", "14789", "12369",
    "14780", "15937", "35715", "75395", "15975", "95135", "74159", "32147", "98741", "78963", "36987", "74123", "96321",
    "12365", "14569", "32580", "12580", "98520", "78520", "15951", "35753", "45632", "65478", "85245", "52085",
)  # fmt: skip
# The most used codes of five digits in published studies of leaked numeric passwords (DataGenetics, 2012; Wang et al.,
# «Understanding Human-Chosen PINs», 2017) that no pattern below covers.
POPULAR = frozenset(
    "12345 54321 13579 97531 24680 08642 90210 00700 42069 69420 38317 10203 30201 12312 12321 45678 11235 31415 27182 "
    "14142 16180 10101 01234 12121 21212 12340 12346 12354 11223 11122 22111 55512 52013 14344 52000 51413 10086 10010 "
    "12300 00123 00007 10000 20000 30000 40000 50000 60000 70000 80000 90000 00001 12012 21012 12399 99123 15926 35897 "
    "70007 77700 80085 66699 42042 86753 80486 80386 36363 19191 50505 25252 10110 01010 11011 78787 87878 98989".split()
)


def make_key(digits: int, randbelow: RandBelow) -> str:
    """A uniformly random key. Six digits never begin with 0, which a spreadsheet would drop from a file of initial keys."""
    if digits == SIX_DIGITS:
        return str(100_000 + randbelow(900_000))
    return f"{randbelow(10**digits):0{digits}d}"


def _runs() -> Iterator[str]:
    """Equal digits, and arithmetic runs by 1 to 4, up and down, modulo 10."""
    for start in range(10):
        for step in range(-4, 5):
            yield "".join(str((start + step * place) % 10) for place in range(CHOSEN_DIGITS))


def _shapes() -> Iterator[str]:
    """Palindromes (ababa is one), aabbb and aaabb."""
    for number in range(1000):
        half = f"{number:03d}"
        yield half + half[1::-1]
    for first in "0123456789":
        for second in "0123456789":
            yield first * 2 + second * 3
            yield first * 3 + second * 2


def _lines() -> Iterator[str]:
    """Five keys along a line on the keypad."""
    for path in KEYPAD_PATHS:
        for line in (path, path[::-1]):
            for start in range(len(line) - CHOSEN_DIGITS + 1):
                yield line[start : start + CHOSEN_DIGITS]
    for row in KEYPAD:  # a row forwards and back, and a row begun again
        yield from (row + row[1::-1], row + row[:2], row[::-1] + row[2:0:-1], row[::-1] + row[1:])


def _fours() -> Iterator[str]:
    """A run of four or four equal digits with any fifth: the most used codes of four digits, extended."""
    for start in range(10):
        for step in (-1, 0, 1):
            four = "".join(str((start + step * place) % 10) for place in range(4))
            for digit in range(10):
                yield f"{four}{digit}"
                yield f"{digit}{four}"


def _years() -> Iterator[str]:
    """1930 to 2029 at either end."""
    for year in range(1930, 2030):
        for digit in range(10):
            yield f"{year}{digit}"
            yield f"{digit}{year}"


@lru_cache(maxsize=1)
def common_keys() -> frozenset[str]:
    """Every five-digit key that is refused as too common: 3,885 of 100,000 (docs/decisions/0009)."""
    return frozenset([*_runs(), *_fours(), *_shapes(), *_lines(), *_years(), *POPULAR])


def _date_spellings(day: date) -> Iterator[str]:
    """The spellings of a date: day, month and year in any order, long and short."""
    days, months = {f"{day.day:02d}", str(day.day)}, {f"{day.month:02d}", str(day.month)}
    years = {f"{day.year:04d}", f"{day.year % 100:02d}"}
    for d in days:
        for m in months:
            for y in years:
                yield from ("".join(order) for order in permutations((d, m, y)))


def is_personal(key: str, numbers: Iterable[str], birth_date: date | None) -> bool:
    """Whether the key is part of one of `numbers` (document, phones) or of the birth date."""
    if any(key in number for number in numbers):
        return True
    return birth_date is not None and any(key in spelling for spelling in _date_spellings(birth_date))


def is_common(key: str) -> bool:
    """Whether the key is refused as too common: needs no data of a member."""
    return key in common_keys()


def holds_given(key: str, given: str) -> bool:
    """Whether one key contains the other: a person who saw the issued key would know most of the new one."""
    return given in key or key in given
