def main(to: str = "https://example.com/"):
    return {"windmill_status_code": 303, "windmill_headers": {"Location": to}}
