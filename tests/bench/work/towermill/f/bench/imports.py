# preload: urllib.request, sqlite3, decimal
import decimal
import sqlite3
import urllib.request


def main(name):
    return {"Hello": name}
