"""Runs one script: takes messages on descriptor 3, the last of them `run`, and answers there. Told to stay, it takes
the next messages then.

A message is a frame: a 4-byte big-endian length, then JSON. values.py stands before this text.
"""
import os
import sys

SPARE = 1 << 18  # bytes, kept for telling that there was no memory
AT_ONCE = 4000  # bytes: most runs' messages together
ORDINARY = (dict, list, str, int, float, bool, type(None))
OWN_FILES = (__file__, "<string>")  # in tracebacks: this module, and start.py


class Channel:
    """The frames' way in and out. Nothing that the script starts inherits it."""

    def __init__(self, fd):
        self._fd = fd
        self._ahead = b""  # read, and not taken yet
        self._identity = self._number()
        self._owner = os.getpid()

    def receive(self, run):
        """Adds to `run` what the messages up to one of that type say. False: none comes any more."""
        run["type"] = None
        while run["type"] != "run":
            if not self._ahead:
                self._ahead = os.read(self._fd, AT_ONCE)
            if len(self._ahead) == 4 + int.from_bytes(self._ahead[:4], "big"):  # one message, as most often
                text, self._ahead = self._ahead[4:], b""
                run.update(decode(text.decode()))
                continue
            length = self._take(4)
            text = length and self._take(int.from_bytes(length, "big"))
            if not text:
                return False
            run.update(decode(text.decode()))
        return True

    def is_ours(self):
        """Whether this is the first process, and none that the script has forked."""
        return os.getpid() == self._owner

    def send(self, message):
        """Sends one frame. In a fork of the script's nothing: only the first process answers."""
        if not self.is_ours():
            return
        if not self.is_open():
            raise OSError("the script closed descriptor 3, so its answer is lost")
        rest = memoryview(len(message).to_bytes(4, "big") + message)
        while rest:
            rest = rest[os.write(self._fd, rest):]

    def stream(self, item):
        text = item if isinstance(item, str) else to_json(item)
        self.send(utf8(encode({"type": "stream", "text": text})))

    def is_open(self):
        """Whether the script has left it as it is: it may have closed it, and used its number for something else."""
        return self._number() == self._identity

    def _number(self):
        try:
            found = os.fstat(self._fd)
        except OSError:
            return None
        return found.st_ino, found.st_dev

    def _take(self, count):
        """So many bytes; none where there is an end before."""
        while len(self._ahead) < count:
            missing = count - len(self._ahead)
            got = self._read(missing) if missing > AT_ONCE else os.read(self._fd, AT_ONCE)
            if not got:
                return b""
            self._ahead += got
        taken, self._ahead = self._ahead[:count], self._ahead[count:]
        return taken

    def _read(self, count):
        data = bytearray(count)
        rest = memoryview(data)
        while rest:
            got = os.readv(self._fd, [rest])
            if not got:
                return b""
            rest = rest[got:]
        return data


class Source:
    """Shows tracebacks the lines that run, whatever lies on the disk by now."""

    def __init__(self, run):
        self._run = run

    def get_source(self, _name):
        return source_of(self._run).decode("utf-8", "replace")


def take_place(run):
    """Goes where the run is, with its environment and nothing that an earlier one has left there."""
    told = run.setdefault("variables", {})
    seen = getattr(os.environ, "_data", None)
    now = seen or dict(os.environb)
    temporary_before = now.get(b"TMPDIR")
    is_untouched = now == told and "environment" not in run
    if "environment" in run:
        told.clear()
    items = run.pop("environment", None) or run.pop("environment_changes", ())
    fresh = dict(item.encode("utf-8", "surrogateescape").split(b"=", 1) for item in items)
    told.update(fresh)
    changed = fresh if is_untouched else [name for name in {**now, **told} if now.get(name) != told.get(name)]
    put_variable = run["put_variable"] = run.get("put_variable") or find_put_variable()
    for name in changed:
        if name not in told:
            del os.environb[name]
        elif now is seen:
            put_variable(name, told[name])
            now[name] = told[name]
        else:
            os.environb[name] = told[name]
    if b"TZ" in changed:
        import time
        time.tzset()
    if b"TMPDIR" in changed:
        forget_temporary_folder(temporary_before)
    os.chdir(run["working_directory"])


def find_put_variable():
    """The C library keeps every value that os.putenv has ever given to it, and is slower by each of them."""
    sys.path.insert(0, os.path.dirname(__file__))
    try:
        from towermill_native import put_variable as put
    except ImportError:  # a Python for which it was not built
        put = os.putenv
    del sys.path[0]
    return put


def forget_temporary_folder(before):
    """`tempfile` notes at its first use where files go. What the script has set itself stays."""
    tempfile = sys.modules.get("tempfile")
    if tempfile and before and tempfile.tempdir == os.fsdecode(before):
        tempfile.tempdir = None


def prepare_streams():
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)


def prepare(run):
    sys.argv = [run["file"]]
    sys.path.append(run["workspace_root"])
    sys.dont_write_bytecode = True
    if "streams_are_ready" not in run:
        prepare_streams()


def source_of(run):
    if "source" in run:
        return run["source"].encode()
    import binascii
    return binascii.a2b_base64(run["source_base64"])


def module_name(run):
    return run["path"].replace("/", ".")


def module_of(run):
    name = module_name(run)
    module = type(sys)(name)
    module.__file__ = f'{run["workspace_root"]}/{run["file"]}'
    module.__package__ = name.rpartition(".")[0]
    module.__loader__ = Source(run)
    module.__spec__ = type(sys.__spec__)(name, module.__loader__, origin=module.__file__)
    return module


def load(run):
    """The script as a module that its neighbours can import by name, and that can import them."""
    if "loaded" in run:
        return run["loaded"]
    prepare(run)
    module = module_of(run)
    sys.modules[module.__name__] = module
    exec(run.get("code") or compile(source_of(run), run["file"], "exec", dont_inherit=True), module.__dict__)
    return module


def wait_for(coroutine, run):
    import asyncio
    if "stay" not in run:
        return asyncio.run(coroutine)
    # What the script keeps from run to run may be bound to the loop that it was made in.
    loop = run["loop"] = run.get("loop") or asyncio.new_event_loop()
    return loop.run_until_complete(coroutine)


def settle(value, channel, run):
    """The value itself; of a coroutine what it returns; of an iterator None, once its items are streamed."""
    kind = type(value)
    if kind in ORDINARY:
        return value
    if hasattr(kind, "__await__") or hasattr(kind, "__anext__"):
        value = wait_for(finish(value, channel), run)
    if not hasattr(type(value), "__next__"):
        return value
    for item in value:
        channel.stream(item)


async def finish(value, channel):
    awaited = await value if hasattr(type(value), "__await__") else value
    if not hasattr(type(awaited), "__anext__"):
        return awaited
    async for item in awaited:
        channel.stream(item)


def find_main(run):
    """The script's entry, and its parameters."""
    entry = getattr(load(run), run["entry"], None)
    if not callable(entry):
        raise NameError(f'{run["file"]} defines no function "{run["entry"]}"')
    return entry, Signature(entry)


def preprocess(run, channel):
    """The args that the script's preprocessor makes for main of those it is given."""
    function = getattr(sys.modules[module_name(run)], "preprocessor", None)
    if not callable(function):
        raise NameError(f'{run["file"]} defines no function "preprocessor"')
    args = settle(call_by_name(function, Signature(function), run["args"]), channel, run)
    if not isinstance(args, dict):
        raise TypeError(f"preprocessor returned {type(args).__name__}, and not a dict of args for main")
    return args


def call(run, channel):
    main = run["main"] = run.get("main") or find_main(run)
    if "preprocessor" in run:
        del run["preprocessor"]
        run["args"] = preprocess(run, channel)
    return result_message(call_by_name(*main, run["args"]), channel, run)


def result_message(value, channel, run):
    return b'{"type":"result","result":' + utf8(to_json(settle(value, channel, run))) + b"}"


def failure(error, run):
    """The message for an exception. The caller sees the workspace's frames only, the log sees all."""
    if isinstance(error, MemoryError):
        forget_locals(error.__traceback__)
    try:
        message = str(error)
    except Exception:
        message = "(the exception cannot be shown as text)"
    try:
        message, stack = describe(error, message, run)
    except Exception:
        stack = ""  # no message, no memory, a strange traceback: the failure still leaves
    found = {"type": "failure", "name": type(error).__name__, "message": message, "stack": stack}
    return utf8(encode(found))


def forget_locals(step):
    """Lets the script's data go, so that there is memory to say that there was none."""
    while step:
        try:
            step.tb_frame.clear()
        except RuntimeError:
            pass  # a frame that still runs: ours
        step = step.tb_next


def describe(error, message, run):
    import linecache
    import re
    import traceback
    file, root = run["file"], run["workspace_root"].rstrip("/") + "/"
    linecache.cache[file] = (0, None, Source(run).get_source("").splitlines(True), file)
    report = traceback.TracebackException.from_exception(error)
    report.stack[:] = [frame for frame in report.stack if frame.filename not in OWN_FILES]
    log("".join(report.format()))

    def of_workspace(name):
        return name == file or str(name).startswith(root)

    of_server = re.escape(root[:-1])
    message = re.sub(of_server + r"(?![\w./-])", ".", re.sub(of_server + "/", "", message))
    frames = [frame for frame in report.stack if of_workspace(frame.filename)]
    for frame in frames:
        frame.filename = frame.filename.replace(root, "", 1)
    stack = "".join(traceback.StackSummary.from_list(frames).format())
    if isinstance(error, SyntaxError) and of_workspace(error.filename):
        report.filename = error.filename.replace(root, "", 1)
        stack += "".join(list(report.format_exception_only())[:-1])
        message = f"{error.msg} ({report.filename}, line {error.lineno})"
    return message, stack


def log(text):
    try:
        if text:
            sys.stderr.write(text)
        sys.stdout.flush()
        sys.stderr.flush()
    except Exception:
        pass  # the script closed them


def answer(channel, run):
    """Takes a run and answers it. Returns its exit code, None where no run comes any more."""
    thrown, spare = None, run.pop("spare", None) or bytes(SPARE)
    try:
        if not channel.receive(run):
            return None
        if "working_directory" in run:
            take_place(run)
        message = call(run, channel)
    except BaseException as error:
        thrown = error
    if thrown is None:
        run["spare"] = spare
    del spare  # even a call needs memory, and the script may have taken all
    if thrown is not None:  # outside of the handler, which would keep the script's frames alive
        message = failure(thrown, run)
    log("")
    try:
        channel.send(message)
    except (OSError, OverflowError) as error:
        sys.exit(f"towermill: {error}")
    return 0 if thrown is None else 1


def main():
    os.set_inheritable(3, False)
    channel, run = Channel(3), {}
    code = answer(channel, run)
    while "stay" in run and code is not None and channel.is_ours():
        os.chdir("/")  # the run's folder may go
        code = answer(channel, run)
    sys.exit(code)
