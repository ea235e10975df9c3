// Node's own https module on one keep-alive Agent.
import https from "node:https";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { body, plan, run, tlsOptions } from "./load.mjs";

const url = plan.base + plan.path;

function respond(agent) {
  const upload = plan.mode === "upload";
  const options = upload
    ? { agent, method: "POST", headers: { "content-length": plan.upload_bytes } }
    : { agent };
  return new Promise((resolve, reject) => {
    const call = https.request(url, options, resolve).on("error", reject);
    if (upload) pipeline(Readable.from(body()), call).catch(reject);
    else call.end();
  });
}

await run(
  () => new https.Agent({ ...tlsOptions(), keepAlive: true, maxSockets: plan.inFlight, maxFreeSockets: plan.inFlight }),
  async (agent) => {
    const response = await respond(agent);
    if (response.statusCode >= 300) throw new Error(`status ${response.statusCode}`);
    const chunks = [];
    for await (const chunk of response) if (plan.mode !== "download") chunks.push(chunk);
    if (chunks.length > 0) JSON.parse(Buffer.concat(chunks));
  },
);
