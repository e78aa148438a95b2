// Calls a method of Windmill's own client, and prints what came of it as one JSON object.
// Standard input: {"file": the client's, "token", "base", "method": ["JobService", "…"], "data": {…},
// "cancel_when": a file that tells when to cancel, or null}

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";

const asked = JSON.parse(readFileSync(0, "utf8"));
const wmill = asked.file.endsWith(".mjs") ? await import(asked.file) : createRequire(import.meta.url)(asked.file);

async function shown(value) {
  if (value === undefined) return { type: "undefined" };
  if (value instanceof Blob)
    return { type: "Blob", media_type: value.type, base64: Buffer.from(await value.arrayBuffer()).toString("base64") };
  return { type: "JSON", value };
}

async function call() {
  wmill.setClient(asked.token, asked.base);
  const [service, method] = asked.method;
  const promise = wmill[service][method](asked.data);
  if (asked.cancel_when) {
    while (!existsSync(asked.cancel_when)) await sleep(10);
    promise.cancel();
  }
  return shown(await promise);
}

function thrown(error) {
  const { name, message, status, statusText, body } = error;
  return { type: "error", name, message, status, statusText, body, is_api_error: error instanceof wmill.ApiError };
}

console.log(JSON.stringify(await call().catch(thrown)));
