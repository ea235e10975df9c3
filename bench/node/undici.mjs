// undici: `request` on one Agent.
import { Agent, request } from "undici";
import { body, plan, run, tlsOptions } from "./load.mjs";

const url = plan.base + plan.path;

await run(
  () => new Agent({ connect: tlsOptions(), connections: plan.inFlight, pipelining: 1 }),
  async (dispatcher) => {
    const upload = plan.mode === "upload";
    const response = await request(url, {
      dispatcher,
      ...(upload
        ? { method: "POST", body: body(), headers: { "content-length": String(plan.upload_bytes) } }
        : {}),
    });
    if (response.statusCode >= 300) throw new Error(`status ${response.statusCode}`);
    if (plan.mode === "download") for await (const _ of response.body);
    else if (upload) await response.body.dump();
    else await response.body.json();
  },
);
