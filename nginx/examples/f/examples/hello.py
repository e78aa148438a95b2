def main(name: str = "World"):
    return {"Hello": name}
