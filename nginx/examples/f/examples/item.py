def main(item: str, count: str = "1"):
    return {"item": item, "count": count}
