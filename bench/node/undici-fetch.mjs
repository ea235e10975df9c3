// undici: `fetch` on one Agent.
import { Agent, fetch } from "undici";
import { fetched } from "./fetched.mjs";
import { plan, run, tlsOptions } from "./load.mjs";

const url = plan.base + plan.path;

await run(
  () => new Agent({ connect: tlsOptions(), connections: plan.inFlight, pipelining: 1 }),
  (dispatcher) => fetched((init) => fetch(url, { ...init, dispatcher })),
);
