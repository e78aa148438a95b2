# A picture of one red pixel. Bytes travel as base64; the caller gets the bytes.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
)


def main():
    return {
        "windmill_content_type": "image/png",
        "windmill_content_transfer_encoding": "base64",
        "result": PIXEL,
    }
