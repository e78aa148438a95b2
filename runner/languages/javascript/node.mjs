// What harness.mjs needs of Node.js, beside process.mjs.
import { readFileSync, statSync } from "node:fs";
import * as module from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const runtime = (() => {
  let socket, hear;
  const { env } = process;

  function open_socket() {
    const { Socket } = module.createRequire("/")("node:net");
    const callback = (length, bytes) => {
      socket.unref(); // a main that waits for nothing is to be found out
      hear(bytes.slice(0, length));
      return true;
    };
    // One buffer for all: a new one for each message would keep the collector of garbage busy.
    socket = new Socket({ fd: 3, onread: { buffer: new Uint8Array(1 << 16), callback } });
    socket.resume(); // to hear of its end
    for (const end of ["end", "error", "close"]) socket.on(end, () => hear(undefined));
  }

  const loaded = new Map(); // of the workspace: what was compiled, by its URL

  const is_file = (url) => statSync(url, { throwIfNoEntry: false })?.isFile();

  // As TypeScript's users write it: the ending may be left out.
  const endings = ["", ".ts", ".js", ".mjs", "/index.ts", "/index.js"];
  const with_ending = (url) => endings.map((end) => url + end).find((name) => is_file(new URL(name))) ?? url;

  function install_hooks(run, url) {
    // The workspace's own, and those by which the files that it imports know themselves.
    const roots = run.roots.map((root) => pathToFileURL(root).href + "/");
    const scripts = run.roots.map((root) => pathToFileURL(`${root}/${run.file}`).href);
    const source = run.source ?? Buffer.from(run.source_base64, "base64").toString();
    const is_in_workspace = (name) => roots.some((root) => name?.startsWith(root));
    const is_theirs = (name) => is_in_workspace(name) && !name.includes("/node_modules/");
    return module.registerHooks({
      resolve(specifier, context, next) {
        const name = /^\/[fu]\//.test(specifier) ? roots[0] + specifier.slice(1) : specifier;
        if (scripts.includes(name)) return { url, shortCircuit: true };
        if (is_in_workspace(name)) return next(with_ending(name), context);
        if (!/^\.\.?\//.test(name) || !is_theirs(context.parentURL)) return next(name, context);
        const target = with_ending(new URL(name, context.parentURL).href);
        return scripts.includes(target) ? { url, shortCircuit: true } : next(target, context);
      },
      load(name, context, next) {
        if (name === url) {
          loaded.set(name, source);
          return { format: url.endsWith("ts") ? "module-typescript" : "module", source, shortCircuit: true };
        }
        if (is_theirs(name) && /\.m?[jt]s$/.test(name)) loaded.set(name, undefined);
        const typescript = is_theirs(name) && name.endsWith(".ts");
        return next(name, typescript ? { ...context, format: "module-typescript" } : context);
      },
    });
  }

  // A module like those that runs load, in the way that they do.
  async function rehearse_load() {
    if (module.registerHooks) {
      const url = "file:///rehearsal.mjs";
      const hooks = install_hooks({ roots: ["/"], file: "rehearsal.mjs", source: "" }, url);
      await import(url);
      hooks.deregister();
      loaded.clear();
    } else {
      process.setSourceMapsEnabled(true);
      const map = btoa('{"version":3,"sources":["rehearsal"],"mappings":"AAAA","names":[]}');
      const text = 'import { createRequire } from "node:module"; createRequire("file:///");\n' +
        `//# sourceMappingURL=data:application/json;base64,${map}`;
      await import(`data:text/javascript,${encodeURIComponent(text)}`);
    }
  }

  // V8 tells a module's syntax error without its place, but to who asks `node --check`.
  function check(name, source) {
    let text = source ?? readFileSync(new URL(name), "utf8");
    if (name.endsWith("ts")) text = module.stripTypeScriptTypes(text);
    const { spawnSync } = process.getBuiltinModule("node:child_process");
    const said = spawnSync(process.execPath, ["--input-type=module", "--check", "-"], { input: text });
    const [, line, caret] = /^\[stdin\]:(\d+)\n.*\n( *)\^/.exec(said.stderr) ?? [];
    return line && `${fileURLToPath(name)}:${line}:${caret.length + 1}`;
  }

  function find_wrong() {
    for (const [name, source] of [...loaded].reverse().slice(0, 10)) {
      try {
        const at = check(name, source);
        if (at) return at;
      } catch {
        // Of another kind: TypeScript that stands for code, say.
      }
    }
    return undefined;
  }

  return {
    ...of_process,
    // Object.keys asks the C library for each of them, to find out that all can be enumerated.
    environment: { ...of_process.environment, names: () => Object.getOwnPropertyNames(env) },
    // Once it is a socket of Node's, it no longer blocks.
    write: (bytes) => socket ? socket.write(bytes) : of_process.write(bytes),
    ready() {
      void [process.stdout, process.stderr];
      return rehearse_load();
    },
    next(heard) {
      hear = heard;
      socket ? socket.ref() : open_socket();
    },
    load(run) {
      const file = `${run.workspace_root}/${run.file}`;
      process.argv[1] = file;
      if (run.module) {
        process.setSourceMapsEnabled(true);
        return import(run.module.url);
      }
      module.enableCompileCache(run.compiled);
      const url = pathToFileURL(file).href;
      install_hooks(run, url);
      return import(url);
    },
    place(error) {
      if (!(error instanceof SyntaxError)) return undefined;
      // "file:line", the source, a caret below it.
      const [, file, line, caret] = /^(?:file:\/\/)?(\/.*):(\d+)\n(?:.*\n)*?( *)\^/.exec(error.stack) ?? [];
      const at = file ? `${decodeURIComponent(file)}:${line}:${caret.length + 1}` : find_wrong();
      return at && { name: "SyntaxError", message: error.message, at };
    },
  };
})();
