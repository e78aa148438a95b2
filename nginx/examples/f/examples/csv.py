def main():
    return {"windmill_content_type": "text/csv", "result": "Hello;World"}
