def main():
    return {"windmill_status_code": 201, "result": {"Hello": "World"}}
