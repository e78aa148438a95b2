import time


def main(seconds: float = 2):
    time.sleep(seconds)
    return {"slept": seconds}
