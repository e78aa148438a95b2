// Runs one script: takes messages on descriptor 3, the last of them `run`, and answers there; told to stay, it takes the
// next messages then. A message is a frame: a 4-byte big-endian length, then JSON. Behind the texts of args.mjs and
// rehearsal.mjs, and that of bun.mjs, deno.mjs or node.mjs, whose `runtime` does what differs:
//   read(bytes), write(bytes)   descriptor 3, all of them
//   ready()                     a promise that what scripts need is loaded, where there is time for that
//   next(f)                     who hears of the next bytes there, or by undefined of the end; the event loop goes on
//   load(run)                   a promise of the script as a module
//   on_throw(f), on_idle(f)     who hears of what nobody caught, and of there being nothing left to do
//   exit(code)                  runs the exit handlers and ends the process
//   environment, chdir(path)    {names(), get(name), set(name, value), delete(name), own: what a script is not shown}
//   real(path)                  where it leads to by symbolic links, itself if nowhere
//   buffers()                   the prototype of Node's Buffer, if there is one by now
//   place(error, run)           where a script is wrong that cannot be loaded: {message, at: "path:line:column"}
// The script may patch anything it sees; what is needed after it was loaded is taken before.
const { stringify, parse } = JSON;
const { assign, hasOwn, getOwnPropertyDescriptor, getPrototypeOf } = Object;
const is_array = Array.isArray;
const plain = Object.prototype, list = Array.prototype;
const { defineProperty } = Reflect; // which tells of an object that takes no property
const log = console.error.bind(console);
const taken = (method) => Function.prototype.call.bind(method);
const includes = taken(String.prototype.includes);
const replace = taken(String.prototype.replace);
const flat_map = taken(Array.prototype.flatMap);
const index_of = taken(String.prototype.indexOf);
const slice = taken(String.prototype.slice);
const set_bytes = taken(Uint8Array.prototype.set);
const part_of = taken(Uint8Array.prototype.subarray);
const encode = TextEncoder.prototype.encode.bind(new TextEncoder());
const decode = TextDecoder.prototype.decode.bind(new TextDecoder());
const Bytes = Uint8Array;

const length_of = (bytes) => ((bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3]) >>> 0;

function receive_one(run) {
  const length = new Bytes(4);
  runtime.read(length);
  const content = new Bytes(length_of(length));
  runtime.read(content);
  assign(run, parse(decode(content)));
}

// Adds to `run` what the messages up to one of that type say.
async function receive(run) {
  receive_one(run);
  if (run.type === "wait") await rehearse();
  while (run.type !== "run") receive_one(run);
}

// The same from bytes as they come: returns a function that takes some and tells whether that was all.
function receiver(run) {
  let unread = new Bytes(0);
  run.type = undefined;
  return (bytes) => {
    if (unread.length > 0) {
      const all = new Bytes(unread.length + bytes.length);
      set_bytes(all, unread);
      set_bytes(all, bytes, unread.length);
      bytes = all;
    }
    while (bytes.length >= 4 && bytes.length >= 4 + length_of(bytes)) {
      const end = 4 + length_of(bytes);
      assign(run, parse(decode(part_of(bytes, 4, end))));
      bytes = part_of(bytes, end);
    }
    unread = bytes;
    return run.type === "run";
  };
}

function frame_of(json) {
  const content = encode(json), { length } = content;
  const frame = new Bytes(4 + length);
  for (let at = 0; at < 4; at++) frame[at] = length >>> (24 - 8 * at);
  set_bytes(frame, content, 4);
  return frame;
}

const send = (json) => runtime.write(frame_of(json));

// --- The place --------------------------------------------------------------------------------------------------

const told = { __proto__: null };

// Goes where the run is, with its environment and nothing that an earlier one has left there.
function take_place(run) {
  const { environment } = runtime;
  if (run.environment) for (const name in told) delete told[name];
  for (const item of run.environment ?? run.environment_changes) {
    const at = index_of(item, "=");
    told[slice(item, 0, at)] = slice(item, at + 1);
  }
  for (const name of environment.own) delete told[name];
  for (const name of environment.names()) if (!(name in told)) environment.delete(name);
  for (const name in told) if (environment.get(name) !== told[name]) environment.set(name, told[name]);
  run.environment = undefined;
  runtime.chdir(run.working_directory);
}

// --- Results ----------------------------------------------------------------------------------------------------

function base64(bytes) {
  const all = new Uint8Array(bytes.buffer ?? bytes, bytes.byteOffset, bytes.byteLength);
  return all.toBase64?.() ?? Buffer.from(all.buffer, all.byteOffset, all.length).toString("base64");
}

// What JSON cannot write by itself, or writes as something that nobody can use.
const forms = [
  [BigInt.prototype, function () { return this.toString(); }],
  [ArrayBuffer.prototype, function () { return base64(this); }],
  [Uint8Array.prototype, function () { return base64(this); }],
];

// The prototypes have the forms while this runs only; a script's own toJSON counts before ours.
function with_forms(action) {
  const changed = [];
  const buffers = runtime.buffers();
  for (const [prototype, toJSON] of buffers ? [...forms, [buffers, forms[2][1]]] : forms) {
    const before = getOwnPropertyDescriptor(prototype, "toJSON");
    if (before && prototype !== buffers) continue;
    const form = { __proto__: null, value: toJSON, configurable: true };
    if (defineProperty(prototype, "toJSON", form)) changed[changed.length] = { prototype, before };
  }
  try {
    return action();
  } finally {
    for (const { prototype, before } of changed) {
      delete prototype.toJSON;
      if (before) defineProperty(prototype, "toJSON", { __proto__: null, ...before });
    }
  }
}

// Whether JSON writes it as it is, which is soon seen of most results: to change prototypes costs all code that was
// compiled for them.
function is_plain(value, depth = 16) {
  if (typeof value !== "object" || value === null) return typeof value !== "bigint";
  const prototype = getPrototypeOf(value);
  if (prototype === list ? value.length > 1000 : prototype !== plain) return false;
  if (depth === 0 || "toJSON" in value) return false;
  for (const name in value) if (!is_plain(value[name], depth - 1)) return false;
  return true;
}

// JSON writes a lone surrogate, which UTF-8 cannot hold, as an escape; it becomes U+FFFD.
function whole(json) {
  if (!includes(json, "\\ud")) return json;
  return replace(json, /\\\\|\\ud[89a-f][0-9a-f]{2}/g, (found) => found === "\\\\" ? found : "\ufffd");
}

function to_json(value) {
  if (typeof value === "function" || typeof value === "symbol") {
    throw new TypeError(`the result is a ${typeof value}, which JSON cannot hold`);
  }
  try {
    return whole((is_plain(value) ? stringify(value) : with_forms(() => stringify(value))) ?? "null");
  } catch (error) {
    if (!(error instanceof TypeError && /circular|cyclic/i.test(error.message))) throw error;
  }
  throw new TypeError("the result contains itself (circular reference), so JSON cannot hold it");
}

function stream(item) {
  const text = typeof item === "string" ? item : to_json(item);
  send(`{"type":"stream","text":${whole(stringify(text))}}`);
}

// The value; of an iterator null, once its items are streamed.
async function settle(value) {
  const items = typeof value === "object" && value !== null &&
    (typeof value[Symbol.asyncIterator] === "function" ||
      (typeof value.next === "function" && typeof value[Symbol.iterator] === "function"));
  if (!items) return value;
  for await (const item of value) stream(item);
  return null;
}

// --- The call ---------------------------------------------------------------------------------------------------

function find_names(run) {
  run.roots = [...new Set([run.workspace_root, runtime.real(run.workspace_root)])];
  run.names = names_of(run);
}

async function load(run) {
  find_names(run);
  run.exported = await runtime.load(run);
  const { main } = { main: run.exported[run.entry] };
  if (typeof main !== "function") throw new ReferenceError(`${run.file} exports no function "${run.entry}"`);
  return main;
}

async function call(run) {
  const main = run.main ??= await load(run);
  if (!run.parameters) {
    throw new TypeError(`the parameters of ${run.entry} cannot be read: write it in ${run.file} itself, as in ` +
      `"export async function ${run.entry}(a, b) { … }"`);
  }
  const args = run.preprocessor ? await preprocess(run) : run.args;
  return to_json(await settle(await main(...place_args(run.parameters, args))));
}

// --- Failures ---------------------------------------------------------------------------------------------------

// The workspace's files by their names in it, the server's folders by none; and no colours.
function of_workspace(text, run) {
  for (const [place, name] of run.names) text = text.replaceAll(place, () => name);
  return text.replace(/\x1b\[[0-9;]*m/g, "");
}

// As the runtimes write it, and as the runner does.
function urls_of(path) {
  const url = `file://${encodeURI(path)}`.replace(/[#?]/g, encodeURIComponent);
  return [url, url.replace(/%../g, (escape) => escape.toLowerCase())];
}

// What stands for what in texts: the script's stored file for the script, folders for nothing.
function names_of(run) {
  const roots = run.module ? [...run.roots, run.module.root] : run.roots;
  const stored = run.module ? [run.module.url, decodeURIComponent(run.module.url.slice("file://".length))] : [];
  const folders = roots.flatMap((root) => [...urls_of(root), root]);
  return [...stored.map((place) => [place, run.file]), ...folders.map((place) => [`${place}/`, ""])];
}

// In the first line of the stored file something may stand before the script's own.
function in_source(line, run) {
  const shift = run.module?.shift;
  return line.replace(/:1:(\d+)(?=\)?$)/, (whole_place, column) =>
    shift && line.includes(run.file) && column > shift ? `:1:${column - shift}` : whole_place);
}

// The head and the frames of the workspace: none of the runtime, of this text, of the server's other files.
function clean_stack(stack, run) {
  const lines = of_workspace(stack, run).split("\n").map((line) => in_source(line, run));
  const is_frame = (line) => /^\s+at /.test(line);
  const theirs = (line) => /^\s+at (async )?(.*\(|.*@)?([fu]\/|node_modules\/|<anonymous>\)?$)/.test(line);
  return lines.filter((line) => !is_frame(line) || theirs(line)).join("\n");
}

function shown(value) {
  try {
    return typeof value === "string" ? value : to_json(value);
  } catch {
    return String(value);
  }
}

function describe(error, run) {
  if (typeof error !== "object" || error === null) {
    const nothing = error === undefined || error === null;
    return { name: "Error", message: nothing ? `${error} was thrown` : String(error), stack: "" };
  }
  const wrong = runtime.place(error, run);
  if (wrong) {
    const at = in_source(of_workspace(wrong.at, run), run);
    return { name: wrong.name, message: `${of_workspace(wrong.message, run)} (${at})`, stack: `    at ${at}` };
  }
  return {
    name: typeof error.name === "string" ? error.name : "Error",
    message: of_workspace(typeof error.message === "string" ? error.message : shown(error), run),
    stack: typeof error.stack === "string" ? clean_stack(error.stack, run) : "",
  };
}

function failure(error, run) {
  try {
    log(error);
  } catch {
    // An error that cannot be shown, or no log any more.
  }
  try {
    return whole(stringify({ __proto__: null, type: "failure", ...describe(error, run) }));
  } catch {
    return '{"type":"failure","name":"Error","message":"(the error cannot be shown as text)","stack":""}';
  }
}

// --- The run ----------------------------------------------------------------------------------------------------

const run = {};
let turn = 0, answered = true;

function answer(json, code, of_turn = turn) {
  if (answered || of_turn !== turn) return;
  answered = true;
  try {
    send(json);
  } catch (error) {
    log(`towermill: ${error.message}`);
    return runtime.exit(1);
  }
  run.stay ? wait_for_next() : runtime.exit(code);
}

function begin() {
  const now = ++turn;
  answered = false;
  try {
    if (run.working_directory) take_place(run);
  } catch (error) {
    return answer(failure(error, run), 1);
  }
  call(run).then((json) => answer(`{"type":"result","result":${json}}`, 0, now),
    (error) => answer(failure(error, run), 1, now));
}

function wait_for_next() {
  runtime.chdir("/"); // the run's folder is gone
  const take = receiver(run);
  runtime.next(function heard(bytes) {
    if (bytes === undefined) return runtime.exit(0);
    take(bytes) ? begin() : runtime.next(heard);
  });
}

runtime.on_throw((error) => answered ? log(error) : answer(failure(error, run), 1));
runtime.on_idle((event) => {
  if (answered) return;
  if (run.stay) event?.preventDefault?.();
  answer(failure(new Error(`${run.entry} never ends: it waits for a promise that nothing is left to settle`), run), 1);
});
await receive(run);
begin();
