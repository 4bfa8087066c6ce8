"""How likely it is to be as far out: the tails of the normal, chi-square and sign distributions."""

import math


def normal_tails(deviation: float) -> float:
    """The chance that a standard normal is at least so far from 0, on either side."""
    return math.erfc(abs(deviation) / math.sqrt(2))


def chi_square_tail(statistic: float, freedom: int) -> float:
    """The chance that a chi-square of so many degrees of freedom is at least so large.

    For whole degrees it is a finite sum of positive terms, so that no digits cancel.
    """
    half = statistic / 2
    if half <= 0 or freedom == 0:
        return 1.0
    start = freedom % 2 / 2
    tail = math.erfc(math.sqrt(half)) if start else 0.0
    powers = (start + step for step in range(freedom // 2))
    terms = (math.exp(power * math.log(half) - half - math.lgamma(power + 1)) for power in powers)
    return min(1.0, math.fsum([tail, *terms]))


def sign_tails(ups: int, downs: int) -> float:
    """The chance that as many tosses of a coin fall at least so unevenly, exactly."""
    tosses, fewer = ups + downs, min(ups, downs)
    ways = term = 1
    for tails in range(fewer):
        term = term * (tosses - tails) // (tails + 1)
        ways += term
    return min(1.0, 2 * ways / 2**tosses)
