# A status without a result: there is no body.
def main():
    return {"windmill_status_code": 204}
