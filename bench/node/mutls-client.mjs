// Ours, as it lies in the repository; `harness/node.py` puts the addon there.
import { createRequire } from "node:module";
import { plan } from "./load.mjs";

const { Client } = createRequire(import.meta.url)("../../bindings-node/lib/index.js");

export const url = plan.base + plan.path;

export function make() {
  return new Client({
    certFile: plan.cert,
    keyFile: plan.key,
    ...(plan.ca ? { caFile: plan.ca } : {}),
    pool: { maxIdle: plan.inFlight },
  });
}
