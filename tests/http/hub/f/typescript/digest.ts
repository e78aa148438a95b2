import { createHash } from "node:crypto";
import { Buffer } from "node:buffer";

// A file arrives as base64.
type Base64 = string;

export async function main(file: Base64, algorithm: "sha256" | "md5" = "sha256") {
  const bytes = Buffer.from(file, "base64");
  console.log(`${bytes.length} bytes`);
  return { bytes: bytes.length, [algorithm]: createHash(algorithm).update(bytes).digest("hex") };
}
