// What harness.mjs needs of Bun, beside process.mjs.
const runtime = (() => {
  // The runtime has read it; the script and what it starts need not.
  delete process.env.BUN_RUNTIME_TRANSPILER_CACHE_PATH;
  const as_pattern = (text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

  return {
    ...of_process,
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
