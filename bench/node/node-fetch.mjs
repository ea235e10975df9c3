// node-fetch on https.Agent.
import { Readable } from "node:stream";
import fetch from "node-fetch";
import { agent } from "./agent.mjs";
import { fetched } from "./fetched.mjs";
import { plan, run } from "./load.mjs";

const url = plan.base + plan.path;

await run(agent, (agent) =>
  fetched(({ body, ...init } = {}) => fetch(url, { ...init, agent, ...(body ? { body: Readable.from(body) } : {}) })),
);
