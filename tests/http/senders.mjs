// Signs a body with a sender's own package, unmodified: node senders.mjs MODULES/ NAME SECRET < body. Prints the headers.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, name, secret] = process.argv.slice(2);
const require = createRequire(modules);
const body = readFileSync(0, "utf8");
const id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const at = new Date();

const senders = {
  standardwebhooks() {
    const { Webhook } = require("standardwebhooks");
    const signature = new Webhook(secret).sign(id, at, body);
    return { "webhook-id": id, "webhook-timestamp": String(Math.floor(at / 1000)), "webhook-signature": signature };
  },
  svix() {
    const { Webhook } = require("svix");
    const signature = new Webhook(secret).sign(id, at, body);
    return { "svix-id": id, "svix-timestamp": String(Math.floor(at / 1000)), "svix-signature": signature };
  },
  async octokit() {
    const { sign } = await import(pathToFileURL(`${modules}node_modules/@octokit/webhooks-methods/dist-node/index.js`));
    return { "x-hub-signature-256": await sign(secret, body) };
  },
  stripe() {
    const Stripe = require("stripe");
    const header = new Stripe("sk_test_x").webhooks.generateTestHeaderString({ payload: body, secret });
    return { "stripe-signature": header };
  },
};

console.log(JSON.stringify(await senders[name]()));
