"""Between JSON and Python: results as JSON text, args as the parameters of main.

Stands before harness.py in the one module that the interpreter is given. Every import is paid for by every
run, so what few scripts need is imported where it is needed.
"""
import math
import sys


def utf8(text):
    """Bytes of any str: lone surrogates, which UTF-8 cannot hold, become U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def plain(value):
    """What json cannot write by itself, as something it can."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        import binascii
        return binascii.b2a_base64(value, newline=False).decode()
    if type(value).__name__ == "DataFrame":
        return finite(value.to_dicts() if hasattr(value, "to_dicts") else value.to_dict(orient="records"))
    return str(value)


def finite(value):
    """A copy with null for NaN and the infinities."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {finite_key(key): finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return value


def finite_key(key):
    return str(key) if isinstance(key, float) and not math.isfinite(key) else key


class Scanning:
    """What the scanner asks a decoder for."""
    strict = True
    object_hook = object_pairs_hook = array_hook = None
    parse_float = parse_constant = float
    parse_int = int


def codec():
    """(decode, encode) of what json itself is made of, and that: json would import re, which takes as long as all
    else."""
    from _json import encode_basestring, make_encoder, make_scanner
    scanner = make_scanner(Scanning)

    def chunks_of(markers):
        return make_encoder(markers, plain, encode_basestring, None, ":", ",", False, False, False)

    def decode(text):
        return scanner(text, 0)[0]

    def encode(value):
        return "".join(chunks_of({})(value, 0))

    encode(decode("{}"))
    return decode, encode, scanner, chunks_of


def public_codec():
    """The same of json, for an interpreter whose inner parts are others."""
    import json
    writer = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=plain)

    def scan(text, _at):
        return (json.loads(text),)

    def chunks_of(_markers):
        return lambda value, _level: (writer.encode(value),)

    return json.loads, writer.encode, scan, chunks_of


# Made before the script runs, which may well patch the json module.
try:
    decode, encode, scan, chunks = codec()
except (ImportError, AttributeError, TypeError):
    decode, encode, scan, chunks = public_codec()


def to_json(value):
    try:
        return encode(value)
    except ValueError as error:
        if "Circular" in str(error):
            raise ValueError("the result contains itself (circular reference), so JSON cannot hold it") from None
    return encode(finite(value))  # NaN and the infinities are rare: looked for only once json refused one


class Signature:
    """The parameters of main: names in order, how many are positional-only, defaults, annotations."""

    def __init__(self, main):
        function = main
        while hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        if isinstance(function, type(utf8)):
            self._of_function(function)
        else:
            self._of_callable(main)
        self.scope = getattr(function, "__globals__", {})

    def _of_function(self, function):
        code = function.__code__
        ordinary = code.co_varnames[:code.co_argcount]
        self.names = code.co_varnames[:code.co_argcount + code.co_kwonlyargcount]
        self.positional_only = code.co_posonlyargcount
        self.takes_extra = bool(code.co_flags & 0x08)  # **kwargs
        self.defaults = dict(zip(reversed(ordinary), reversed(function.__defaults__ or ())))
        self.defaults.update(function.__kwdefaults__ or {})
        try:
            self.annotations = function.__annotations__
        except Exception:  # from Python 3.14 on they are evaluated now, and may name what is not there
            self.annotations = {}

    def _of_callable(self, main):
        """A class, a partial, an object with __call__: rare enough for inspect's cost."""
        import inspect
        found = inspect.signature(main).parameters.values()
        named = [p for p in found if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
        self.names = [p.name for p in named]
        self.positional_only = sum(p.kind == p.POSITIONAL_ONLY for p in named)
        self.takes_extra = any(p.kind == p.VAR_KEYWORD for p in found)
        self.defaults = {p.name: p.default for p in named if p.default is not p.empty}
        self.annotations = {p.name: p.annotation for p in named if p.annotation is not p.empty}


def call_by_name(main, signature, args):
    given = {}
    for name in signature.names:
        value = args.get(name)
        if value is None:
            value = signature.defaults.get(name)
        elif isinstance(value, str) and name in signature.annotations:
            value = convert(name, value, signature.annotations[name], signature.scope)
        given[name] = value
    positional = [given.pop(name) for name in signature.names[:signature.positional_only]]
    if signature.takes_extra:
        given.update((name, value) for name, value in args.items() if name not in signature.names)
    return main(*positional, **given)


def convert(name, text, annotation, scope):
    """A string for a parameter that is annotated as datetime or bytes, or as one of them or None."""
    if isinstance(annotation, str):
        try:
            annotation = eval(annotation, scope)
        except Exception:  # a name for type checkers alone
            return text
    union = type(annotation).__name__ in ("UnionType", "_UnionGenericAlias", "Union")
    kinds = [kind for kind in (annotation.__args__ if union else (annotation,)) if kind is not type(None)]
    if len(kinds) != 1:
        return text
    if kinds[0] is bytes:
        return convert_bytes(name, text)
    datetime = sys.modules.get("datetime")  # who annotates with it has imported it
    if datetime and kinds[0] is datetime.datetime:
        return convert_datetime(name, text, datetime.datetime)
    return text


def convert_bytes(name, text):
    import base64
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ValueError(f'the argument "{name}" is not base64: {error}') from None


def convert_datetime(name, text, datetime):
    try:
        return datetime.fromisoformat(text[:-1] + "+00:00" if text[-1:] in ("Z", "z") else text)
    except ValueError:
        raise ValueError(f'the argument "{name}" is not an ISO 8601 date and time: {text!r}') from None
