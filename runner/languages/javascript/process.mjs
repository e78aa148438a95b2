// What the `runtime` of Bun and that of Node.js have in common: descriptor 3 as a file, and Node's `process`.
import { readlinkSync, readSync, realpathSync, writeSync } from "node:fs";

const of_process = (() => {
  const { exit, chdir, env } = process;
  // By its name, "socket:[…]": once Node.js 20 has looked at a socket with fstat, it follows no links to packages.
  const identity = () => {
    try {
      return readlinkSync("/proc/self/fd/3");
    } catch {
      return undefined; // closed
    }
  };
  const channel = identity();

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
    on_throw(heard) {
      for (const event of ["uncaughtException", "unhandledRejection"]) {
        process.on(event, (error) => {
          if (process.listenerCount(event) === 1) heard(error); // else the script has a handler of its own
        });
      }
    },
    on_idle(heard) {
      process.on("beforeExit", heard);
    },
    environment: {
      own: [],
      names: () => Object.keys(env),
      get: (name) => env[name],
      set: (name, value) => { env[name] = value; },
      delete: (name) => { delete env[name]; },
    },
    chdir: (path) => chdir.call(process, path),
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
  };
})();
