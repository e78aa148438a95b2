// What harness.mjs needs of Bun.
import { readlinkSync, readSync, realpathSync, writeSync } from "node:fs";

const runtime = (() => {
  const { exit } = process;
  // The runtime has read it; the script and what it starts need not.
  delete process.env.BUN_RUNTIME_TRANSPILER_CACHE_PATH;
  const identity = () => {
    try {
      return readlinkSync("/proc/self/fd/3");
    } catch {
      return undefined; // closed
    }
  };
  const channel = identity();

  const as_pattern = (text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

  return {
    read(bytes) {
      for (let at = 0; at < bytes.length;) {
        const got = readSync(3, bytes, at, bytes.length - at, null);
        if (got === 0) exit.call(process, 1);
        at += got;
      }
    },
    write(bytes) {
      if (identity() !== channel) throw new Error("the script closed descriptor 3, so its answer is lost");
      for (let at = 0; at < bytes.length;) at += writeSync(3, bytes, at);
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
    on_throw(heard) {
      for (const event of ["uncaughtException", "unhandledRejection"]) {
        process.on(event, (error) => {
          if (process.listenerCount(event) === 1) heard(error); // else the script has a handler of its own
        });
      }
    },
    on_idle(heard) {
      process.once("beforeExit", heard);
    },
    exit(code) {
      exit.call(process, code);
    },
    real(path) {
      try {
        return realpathSync(path);
      } catch {
        return path;
      }
    },
    buffers: () => Buffer.prototype,
    place(error) {
      const wrong = error.errors?.[0] ?? error;
      if (wrong.name !== "BuildMessage" || !wrong.position) return undefined;
      const { file, line, column } = wrong.position;
      return { name: "SyntaxError", message: wrong.message, at: `${file}:${line}:${column}` };
    },
  };
})();
