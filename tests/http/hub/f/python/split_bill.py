from f.python.money import cents
from .money import cents as same


def main(amount: float, people: list):
    whole = cents(amount)
    assert whole == same(amount)
    share, rest = divmod(whole, len(people))
    return {person: share + (at < rest) for at, person in enumerate(people)}
