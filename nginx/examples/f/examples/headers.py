def main():
    return {
        "windmill_headers": {
            "X-Greeting": "Hello",
            "Cache-Control": "no-store",
            "Set-Cookie": ["first=1; Path=/; HttpOnly", "second=2; Path=/; HttpOnly"],
        },
        "result": {"Hello": "World"},
    }
