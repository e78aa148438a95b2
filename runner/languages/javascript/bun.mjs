// What harness.mjs needs of Bun, beside process.mjs.
const runtime = (() => {
  // The runtime has read it; the script and what it starts need not.
  const own = ["BUN_RUNTIME_TRANSPILER_CACHE_PATH"];
  delete process.env.BUN_RUNTIME_TRANSPILER_CACHE_PATH;
  const { connect } = Bun;
  let socket, hear;
  let unsent = new Uint8Array(0);

  function flush() {
    if (unsent.length > 0) unsent = unsent.subarray(Math.max(socket.write(unsent), 0));
  }

  async function open_socket() {
    const ended = () => hear(undefined);
    const data = (_, bytes) => {
      socket.unref(); // a main that waits for nothing is to be found out
      hear(bytes);
    };
    socket = await connect({ fd: 3, socket: { data, drain: flush, end: ended, close: ended, error: ended } });
  }

  const as_pattern = (text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

  return {
    ...of_process,
    environment: { ...of_process.environment, own },
    // Once it is a socket of Bun's, it no longer blocks, and takes what there is room for.
    write(bytes) {
      if (!socket) return of_process.write(bytes);
      const all = new Uint8Array(unsent.length + bytes.length);
      all.set(unsent);
      all.set(bytes, unsent.length);
      unsent = all;
      flush();
    },
    async ready() {
      await import("data:text/javascript,");
    },
    next(heard) {
      hear = heard;
      socket ? socket.ref() : open_socket();
    },
    load(run) {
      const file = `${run.workspace_root}/${run.file}`;
      const contents = run.source ?? Buffer.from(run.source_base64, "base64").toString();
      process.argv[1] = file;
      // Bun asks for what it loads by the name that links lead to.
      const names = [file, this.real(file)].map(as_pattern).join("|");
      Bun.plugin({
        name: "workspace",
        setup(build) {
          build.onResolve({ filter: /^\/[fu]\// }, ({ path }) => (
            { path: Bun.resolveSync(run.workspace_root + path, "/") }));
          build.onLoad({ filter: new RegExp(`^(${names})$`) }, () => ({ contents, loader: file.endsWith("ts") ? "ts" : "js" }));
        },
      });
      return import(file);
    },
    place(error) {
      const wrong = error.errors?.[0] ?? error;
      if (wrong.name !== "BuildMessage" || !wrong.position) return undefined;
      const { file, line, column } = wrong.position;
      return { name: "SyntaxError", message: wrong.message, at: `${file}:${line}:${column}` };
    },
  };
})();
