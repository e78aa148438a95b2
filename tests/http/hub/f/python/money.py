from decimal import ROUND_HALF_UP, Decimal


def cents(amount: float) -> int:
    return int((Decimal(str(amount)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def main(amount: float):
    return cents(amount)
