def main(name):
    return {"windmill_status_code": 201, "windmill_headers": {"X-Greeted": name}, "result": {"Hello": name}}
