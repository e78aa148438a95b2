"""Forks a process for each run of a script: an interpreter that is up, with the harness and usual modules loaded.

Descriptor 3 is the control socket, a stream. A request is three numbers: a child to reap, 0 for none; the bytes of a
script's frame that follows, for children to know; whether one is to be forked, whose channel and log come along as
descriptors. The answer is three numbers, too: what waitpid told; how many scripts are known; the new child's pid, or
what went wrong as a negative errno. Before all that it sends one frame: what was loaded, and from where.

A child does at once what it can without its run. Nothing of a script is ever run in here.
"""
import _io
import _socket
import _thread
import atexit
import ctypes
import gc
import os
import struct
import sys
import warnings

import towermill_harness as harness

# What webhooks use most, and what costs a fork little. Not `threading` and not `random`, nor what brings them: their
# hooks make each fork twice as dear, so only those pay who preload them.
USUAL = ("base64", "collections", "datetime", "functools", "hashlib", "hmac", "itertools", "json", "math", "re", "time",
         "typing", "urllib.parse")
CONTROL = 3
REQUEST = ANSWER = struct.Struct("=iii")
DESCRIPTORS = struct.Struct("=ii")
PR_SET_DUMPABLE = 4
# Types of what has nothing to do at its end but to let go of what it refers to.
PLAIN = {dict, list, tuple, set, frozenset, type, type(sys), type(len), type(sys.settrace), type(lambda: 0),
         type(sys.__spec__), type(harness.Source.get_source), harness.Channel, harness.Source, harness.Signature}
LIBC = ctypes.CDLL(None)


def load(names):
    """Why each of the modules that cannot be loaded is left out."""
    left_out = {}
    for name in names:
        try:
            __import__(name)
        except BaseException as error:  # whatever a module does at its import
            left_out[name] = f"{type(error).__name__}: {error}"
    return left_out


def loaded_files():
    """All but our own, whose folder is named by what is in it."""
    files = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    own = os.path.dirname(__file__) + "/"
    return sorted(file for file in files if isinstance(file, str) and not file.startswith(own))


def tell(left_out):
    message = {"left_out": left_out, "threads": len(os.listdir("/proc/self/task")), "files": loaded_files()}
    text = harness.utf8(harness.encode(message))
    os.write(CONTROL, len(text).to_bytes(4, "big") + text)


def place_of_job_id():
    """Where the value of WM_JOB_ID stands in the memory that /proc/PID/environ shows: each child writes its own there,
    by which its descendants are told from those of other runs."""
    LIBC.getenv.restype = ctypes.c_void_p
    address = LIBC.getenv(b"WM_JOB_ID")
    return (ctypes.c_char * len(os.environ.get("WM_JOB_ID", ""))).from_address(address) if address else None


class Server:
    def __init__(self):
        self._control = _socket.socket(fileno=CONTROL)
        self.scripts = []

    def serve(self):
        """Returns in each child. The server itself ends when its control socket does."""
        while True:
            request, control, _flags, _sender = self._control.recvmsg(REQUEST.size, 64)
            if len(request) < REQUEST.size:
                os._exit(0)
            reaped, learnt, wanted = REQUEST.unpack(request)
            status = os.waitpid(reaped, 0)[1] if reaped else 0
            child = 0
            if learnt:
                self._learn(self._control.recv(learnt, _socket.MSG_WAITALL))
            if wanted:
                channel, log = DESCRIPTORS.unpack(control[0][2])
                child = fork()
                if child == 0:
                    return self._leave_for(channel, log)
                os.close(channel)
                os.close(log)
            self._control.send(ANSWER.pack(status, len(self.scripts), child))

    def _learn(self, frame):
        """Compiles a script, which has gone well before, and runs nothing of it."""
        script = harness.decode(frame[4:].decode())
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                script["code"] = compile(harness.source_of(script), script["file"], "exec", dont_inherit=True)
        except Exception:
            return
        del script["type"]
        self.scripts.append(script)
        gc.freeze()

    def _leave_for(self, channel, log):
        """The child's descriptors, the control socket's end first."""
        self._control.detach()
        os.dup2(channel, CONTROL, False)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.close(channel)
        os.close(log)


def fork():
    try:
        return os.fork()
    except OSError as error:
        return -error.errno


def settle_what_lives():
    """Writes what is left in files that the script has not closed, and ends what has something to do at its end."""
    if gc.get_count()[1:] == (0, 0) and all(type(item) in PLAIN for item in gc.get_objects(0)):
        return
    for item in gc.get_objects():
        if isinstance(item, _io._IOBase):
            flush(item)
    gc.collect()


def flush(stream):
    try:
        stream.flush()
    except Exception:
        pass  # the script closed it


class Child:
    """What a child knows without its run: made before it is forked."""

    def __init__(self, scripts):
        self._scripts = scripts
        self._last_module = next(reversed(sys.modules))
        self._variables = dict(os.environb)
        self._job_id = place_of_job_id()
        self._numpy_random = sys.modules.get("numpy.random")

    def run(self):
        os.setsid()
        LIBC.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
        if self._numpy_random:  # that of Python itself is seeded anew by each fork
            self._numpy_random.seed()
        channel = harness.Channel(CONTROL)
        run = {"variables": self._variables, "streams_are_ready": True, "mark": self._mark,
               "scripts": self._scripts}
        code = harness.answer(channel, run)
        if code is None:
            os._exit(0)
        run.pop("main", None)
        self._end(code)

    def _mark(self, job_id):
        if self._job_id:
            self._job_id.raw = job_id.encode()[:len(self._job_id)].ljust(len(self._job_id), b"\0")

    def _end(self, code):
        """As the interpreter's own end, which would take longer than all else: it takes down every module."""
        if "threading" in sys.modules:
            sys.modules["threading"]._shutdown()
        atexit._run_exitfuncs()
        if _thread._count() > 0:  # daemons: only the interpreter itself can stop them
            sys.exit(code)
        for name in self._modules_of_run():
            del sys.modules[name]
        settle_what_lives()
        for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
            flush(stream)
        os._exit(code)

    def _modules_of_run(self):
        names = []
        for name in reversed(sys.modules):
            if name == self._last_module:
                break
            names.append(name)
        return names


def main():
    """The arguments behind the second name what is to be loaded."""
    LIBC.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    load(USUAL)
    left_out = load(sys.argv[3:])
    if "tempfile" in sys.modules:
        sys.modules["tempfile"].tempdir = None  # a module may have asked for it: each run has its own
    harness.prepare_streams()
    server = Server()
    child = Child(server.scripts)
    tell(left_out)
    gc.collect()
    gc.freeze()
    server.serve()
    child.run()
