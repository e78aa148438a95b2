from typing import TypedDict


class postgresql(TypedDict, total=False):
    host: str
    port: int
    user: str
    password: str
    dbname: str


smtp = dict


def main(db: postgresql, mail: smtp = {}):
    shown = {key: value for key, value in db.items() if key != "password"}
    return {
        "dsn": " ".join(f"{key}={value}" for key, value in shown.items()),
        "has_password": "password" in db,
        "mail": sorted(mail),
    }
