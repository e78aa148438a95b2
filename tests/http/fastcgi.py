"""FastCGI 1.0 as a web server speaks it, or as an attacker would: the records are the caller's."""

import socket
import struct

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR, DATA, GET_VALUES = range(1, 10)


def record(kind, content=b"", request=1, version=1):
    return struct.pack("!BBHHBB", version, kind, request, len(content), 0, 0) + content


def begin(keep=False, request=1):
    return record(BEGIN, struct.pack("!HB5x", 1, int(keep)), request)


def length(number, wide=False):
    return struct.pack("!I", number | 0x80000000) if wide or number > 127 else bytes([number])


def pairs(variables):
    encoded = b""
    for name, value in variables.items():
        name, value = name.encode(), value.encode()
        encoded += length(len(name)) + length(len(value)) + name + value
    return encoded


def variables(method, uri, token=None, body=b"", **more):
    given = {
        "REQUEST_METHOD": method,
        "REQUEST_URI": uri,
        "QUERY_STRING": uri.partition("?")[2],
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(body)) if body else "",
        "CONTENT_TYPE": "application/json" if body else "",
    }
    if token:
        given["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return given | more


class Wire:
    """One connection to a FastCGI socket."""

    def __init__(self, path, timeout=10):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout)
        self.socket.connect(path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, *records):
        try:
            self.socket.sendall(b"".join(records))
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all of it was sent: answer() tells

    def request(self, given, body=b"", keep=False):
        stdin = record(STDIN, body) if body else b""
        self.send(begin(keep), record(PARAMS, pairs(given)), record(PARAMS), stdin, record(STDIN))

    def answer(self):
        """(head, body) of one response, or None where the connection closed without one."""
        output = b""
        try:
            while True:
                _, kind, _, size, padding, _ = struct.unpack("!BBHHBB", self._exactly(8))
                content = self._exactly(size)
                self._exactly(padding)
                if kind == STDOUT:
                    output += content
                if kind == END:
                    break
        except (EOFError, ConnectionResetError):
            pass
        if not output:
            return None
        head, _, body = output.partition(b"\r\n\r\n")
        return head.decode(), body

    def _exactly(self, size):
        got = b""
        while len(got) < size:
            piece = self.socket.recv(size - len(got))
            if not piece:
                raise EOFError
            got += piece
        return got
