# No HTTP status is 42: the caller gets 500 "Invalid status code".
def main():
    return {"windmill_status_code": 42, "result": "never sent"}
