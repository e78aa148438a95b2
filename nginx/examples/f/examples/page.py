from html import escape


def main(name: str = "World"):
    page = f"<!doctype html><title>Hello</title><h1>Hello, {escape(name)}!</h1>"
    return {"windmill_content_type": "text/html; charset=utf-8", "result": page}
