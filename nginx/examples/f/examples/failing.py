def main(reason: str = "out of cheese"):
    raise ValueError(reason)
