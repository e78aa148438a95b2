// A run that is none. What a process does for the first time takes it several times as long, so one that waits for its run
// does before what every run does. Of the text of harness.mjs, as args.mjs is.

async function rehearse() {
  await runtime.ready();
  const { environment } = runtime;
  const kept = environment.names().map((name) => `${name}=${environment.get(name)}`);
  const run = {
    environment: [...kept, "TOWERMILL_REHEARSAL=1"], working_directory: "/", workspace_root: "/", file: "rehearsal",
    module: { url: "file:///rehearsal", root: "/" }, main: (a) => ({ a }), parameters: [{ name: "a" }], args: { a: 1 },
  };
  take_place(run);
  take_place({ ...run, environment: kept });
  find_names(run);
  frame_of(await call(run));
}
