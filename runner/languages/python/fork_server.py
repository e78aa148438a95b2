"""Forks a process for each run of a script: an interpreter that is up, with the harness and usual modules loaded.

Descriptor 3 is the control socket; runner/protocol/fork_messages.h tells what passes there. Before all that this sends
one frame: what was loaded, and from where. What is done for each run outside of the script is done by towermill_native:
a page that Python writes to in a child, and be it a reference count, has to be copied first.

A child does at once what it can without its run. Nothing of a script is ever run in here.
"""
import _io
import _thread
import atexit
import builtins
import gc
import os
import sys
import warnings

import towermill_harness as harness
import towermill_native as native

# What webhooks use most, and what costs a fork little. Not `threading` and not `random`, nor what brings them: they ask
# to be called at each fork, for which only those are to pay who preload them.
USUAL = ("base64", "collections", "datetime", "functools", "hashlib", "hmac", "itertools", "json", "math", "re", "time",
         "typing", "urllib.parse")
CONTROL = CHANNEL = 3
# Before a script puts others in their place.
count_threads, run_exit_handlers = _thread._count, atexit._run_exitfuncs
collect, objects_of_python = gc.collect, gc.get_objects
# Types of what has nothing to do at its end but to let go of what it refers to.
PLAIN = (dict, list, tuple, type(lambda: 0), type(sys), type(sys.__spec__), type(len), type(harness.Source.get_source),
         harness.Source, harness.Signature, set, frozenset, type(sys.settrace))
VAR_KEYWORDS = 0x08  # a flag of code: that of a function which takes any names
harness.OWN_FILES += (__file__,)


class Hooks:
    """Who asks to be called at each fork, until it is closed."""

    def __init__(self):
        self.in_child = []
        self.elsewhere = False  # before a fork, or in the server after it
        self._register = os.register_at_fork
        self._put(self._note)

    def close(self):
        self._put(self._register)

    def _put(self, function):
        os.register_at_fork = sys.modules["posix"].register_at_fork = function

    def _note(self, **hooks):
        self._register(**hooks)
        if set(hooks) == {"after_in_child"}:
            self.in_child.append(hooks["after_in_child"])
        else:
            self.elsewhere = True

    def of_child(self):
        """What a child calls itself, since Python's part of a fork is left out for it."""
        numpy_random = sys.modules.get("numpy.random")
        others = (numpy_random.seed,) if numpy_random else ()
        return others if self.elsewhere else (*self.in_child, *others)


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


class Scripts:
    """Those that have gone well before: compiled, and nothing of them run."""

    def __init__(self):
        self.known = []

    def learn(self, frame):
        script = harness.decode(frame[4:].decode())
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                warnings.simplefilter("error", SyntaxWarning)  # which every run is to tell
                script["code"] = compile(harness.source_of(script), script["file"], "exec", dont_inherit=True)
        except Exception:
            return len(self.known)
        self.known.append(prepared(script))
        gc.freeze()
        return len(self.known)


def prepared(script):
    """What a run of it needs, in the order of native/script.cpp."""
    module = harness.module_of(script)
    members = {**module.__dict__, "__builtins__": builtins.__dict__}
    main = main_of(script)
    return (script, module.__name__, members, script["code"], main, names_of(main), [script["file"]],
            script["workspace_root"])


def main_of(script):
    """The code of its entry, as far as it can be known without running anything; None: it cannot."""
    if script["entry"] != "main":
        return None
    found = [item for item in script["code"].co_consts if getattr(item, "co_name", "") == "main"]
    return found[-1] if found else None


def names_of(main):
    """The names of its parameters; None where it is no plain function of ordinary ones."""
    if not main or main.co_kwonlyargcount or main.co_posonlyargcount or main.co_flags & VAR_KEYWORDS:
        return None
    return main.co_varnames[:main.co_argcount]


class Channel(harness.Channel):
    """A child's, which came with the child."""

    def __init__(self):
        self._fd = CHANNEL

    receive = staticmethod(native.take)
    is_ours = staticmethod(native.is_ours)
    is_open = staticmethod(native.is_open)


def settle_what_lives():
    """Writes what is left in files that the script has not closed, and ends what has something to do at its end."""
    for stream in [item for item in objects_of_python() if isinstance(item, _io._IOBase)]:
        flush(stream)
    stream = None
    collect()


def flush(stream):
    try:
        stream.flush()
    except Exception:
        pass  # the script closed it


class Child:
    """What a child knows without its run: made before it is forked."""

    def __init__(self):
        self._channel = Channel()
        self._run = {"streams_are_ready": True, "spare": bytes(harness.SPARE)}
        self._last_module = next(reversed(sys.modules))

    def run(self):
        try:
            code = harness.answer(self._channel, self._run)
        finally:
            self._run.clear()  # or what the script has made would not end
        self.end(code)

    def helpers(self, scripts, hooks):
        """What native.prepare takes."""
        return {
            "variables": os.environ._data,
            "scripts": scripts,
            "scan": harness.scan,
            "chunks": harness.chunks(None),  # it keeps nothing of what it cannot write
            "function": type(flush),
            "plain_results": harness.ORDINARY,
            "plain_annotations": harness.ORDINARY,
            "before": hooks.of_child(),
            "call": self._call,
            "result_message": self._result_message,
            "lost": self._lost,
            "unsettled": (atexit._ncallbacks, count_threads),
            "objects": objects_of_python,
            "plain_objects": PLAIN,
            "end": self.end,
        }

    def _call(self, run):
        return harness.call(run, self._channel)

    def _result_message(self, value):
        return harness.result_message(value, self._channel, self._run)

    def _lost(self):
        os.write(2, b"towermill: the script closed descriptor 3, so its answer is lost\n")
        self.end(1)

    def end(self, code):
        """As the interpreter's own end, which would take longer than all else: it takes down every module."""
        if sys.modules.get("threading"):
            sys.modules["threading"]._shutdown()
        run_exit_handlers()
        if count_threads() > 0:  # daemons: only the interpreter itself can stop them
            sys.exit(code)
        for name in self._modules_of_run():
            del sys.modules[name]
        settle_what_lives()
        for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
            flush(stream)
        native.leave(code)

    def _modules_of_run(self):
        names = []
        for name in reversed(sys.modules):
            if name == self._last_module:
                break
            names.append(name)
        return names


def main():
    """The arguments behind the second name what is to be loaded."""
    native.hide()
    native.gather_objects()
    hooks = Hooks()
    load(USUAL)
    left_out = load(sys.argv[3:])
    hooks.close()
    if "tempfile" in sys.modules:  # a module may have asked where files go: each run has a place of its own
        sys.modules["tempfile"].tempdir = None
    harness.prepare_streams()
    sys.dont_write_bytecode = True
    scripts = Scripts()
    child = Child()
    native.prepare(child.helpers(scripts.known, hooks))
    native.gather_program()
    tell(left_out)
    gc.collect()
    gc.freeze()
    native.serve(CONTROL, scripts.learn, hooks.elsewhere)
    child.run()
