// Reads an OpenAPI document from standard input and says what is wrong with it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const found = createRequire(process.argv[2]).resolve("@seriousme/openapi-schema-validator");
const { Validator } = await import(pathToFileURL(found));
const validator = new Validator();
const { valid, errors } = await validator.validate(JSON.parse(readFileSync(0, "utf8")));
console.log(valid ? validator.version : JSON.stringify(errors, null, 1));
