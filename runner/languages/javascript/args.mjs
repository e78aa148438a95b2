// Args by name as the parameters of a function by place. Before the text of harness.mjs, which has taken what is called here.

function to_date(name, value) {
  if (typeof value !== "string" && typeof value !== "number") return value;
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) throw new TypeError(`the argument "${name}" is not a date: ${stringify(value)}`);
  return date;
}

// An integer's digits come beside the args: a number of JavaScript has 15 of them.
function to_bigint(name, value, digits) {
  if (value === undefined || value === null) return value;
  try {
    return BigInt(digits ?? value);
  } catch {
    throw new TypeError(`the argument "${name}" is not an integer: ${stringify(value)}`);
  }
}

function place_args(parameters, args) {
  return flat_map(parameters, ({ name, as, digits }) => {
    const value = hasOwn(args, name) ? args[name] : undefined;
    if (as === "pattern") return [hasOwn(args, name) ? value : args];
    if (as === "rest") return value === undefined ? [] : value;
    if (as === "date") return [to_date(name, value)];
    return [as === "bigint" ? to_bigint(name, value, digits) : value];
  });
}

// The args that the script's preprocessor makes for main of those it is given.
async function preprocess(run) {
  const { preprocessor } = run.exported, parameters = run.preprocessor;
  run.preprocessor = undefined;
  if (typeof preprocessor !== "function") throw new ReferenceError(`${run.file} exports no function "preprocessor"`);
  const args = await preprocessor(...place_args(parameters, run.args));
  if (typeof args === "object" && args !== null && !is_array(args)) return args;
  const kind = args === null ? "null" : is_array(args) ? "an array" : typeof args;
  throw new TypeError(`preprocessor returned ${kind}, and not an object of args for ${run.entry}`);
}
