// What harness.mjs needs of Deno, whose own files and sockets know no descriptor that it did not open.
const runtime = (() => {
  const { exit, chdir, env } = Deno;
  // The runtime has read them; the script and what it starts need not.
  const own = ["DENO_DIR", "DENO_NO_UPDATE_CHECK"];
  for (const name of own) env.delete(name);
  // What Node.js has costs more than all the rest to load: it is used only where the script did.
  const loaded = {}, nodes = {};
  for (const name of ["process", "Buffer"]) {
    const { get, set } = nodes[name] = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, {
      configurable: true,
      set,
      get() {
        loaded[name] ??= get.call(globalThis);
        if (name === "process") loaded.exit ??= loaded.process.exit;
        return loaded[name];
      },
    });
  }

  const libc = Deno.dlopen("libc.so.6", {
    read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
    wait: { name: "read", parameters: ["i32", "buffer", "usize"], result: "isize", nonblocking: true },
    write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
    close: { parameters: ["i32"], result: "i32" },
    fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  }).symbols;
  const duplicate_close_on_exec = 1030, clear_of_others = 64;
  const channel = libc.fcntl(3, duplicate_close_on_exec, clear_of_others);
  libc.close(3);
  const block = new Uint8Array(1 << 16);

  // A signal interrupts a call; one that goes on failing has lost its socket.
  function move(call, bytes) {
    for (let at = 0, failures = 0; at < bytes.length;) {
      const moved = Number(call(channel, bytes.subarray(at), bytes.length - at));
      if (moved > 0) at += moved;
      if (moved <= 0 && ++failures > 100) throw new Error("the run's channel is closed, so its answer is lost");
    }
  }

  return {
    read: (bytes) => move(libc.read, bytes),
    write: (bytes) => move(libc.write, bytes),
    async ready() {
      for (const name in nodes) nodes[name].get.call(globalThis);
      await import("data:text/javascript,");
    },
    next(heard) {
      libc.wait(channel, block, block.length).then((got) => heard(got > 0 ? block.slice(0, Number(got)) : undefined));
    },
    environment: {
      own,
      names: () => Object.keys(env.toObject()),
      get: (name) => env.get(name),
      set: (name, value) => env.set(name, value),
      delete: (name) => env.delete(name),
    },
    chdir,
    load: (run) => import(run.module.url),
    on_throw(heard) {
      const take = (event, error) => {
        if (event.defaultPrevented) return; // the script has a handler of its own
        event.preventDefault();
        heard(error);
      };
      addEventListener("error", (event) => take(event, event.error));
      addEventListener("unhandledrejection", (event) => take(event, event.reason));
    },
    on_idle(heard) {
      addEventListener("beforeunload", (event) => heard(event));
    },
    exit(code) {
      loaded.exit ? loaded.exit.call(loaded.process, code) : exit.call(Deno, code);
    },
    real(path) {
      try {
        return Deno.realPathSync(path);
      } catch {
        return path;
      }
    },
    buffers: () => loaded.Buffer?.prototype,
    place(error) {
      // "SyntaxError: what\n  |\n2 | source\n  |  ~\n    at file:line:column", or without the source
      const [, file, place] = /\bat file:\/\/(\/\S+?)(:\d+:\d+)(?:\s|$)/.exec(error.message ?? "") ?? [];
      const wrong = error instanceof SyntaxError || /^SyntaxError: /.test(error.message);
      if (!file || !wrong) return undefined;
      const message = error.message.replace(/^SyntaxError: /, "").replace(/(\n| at file:)[^]*$/, "");
      return { name: "SyntaxError", message, at: decodeURIComponent(file) + place };
    },
  };
})();
