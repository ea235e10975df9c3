// One call of a function like `fetch`, and its body.
import { body, plan } from "./load.mjs";

export async function fetched(fetch) {
  const upload = plan.mode === "upload";
  // Only ours takes the length of a stream.
  const init = { method: "POST", body: body(), duplex: "half", contentLength: plan.upload_bytes };
  const response = await fetch(upload ? init : undefined);
  if (response.status >= 300) throw new Error(`status ${response.status}`);
  if (plan.mode === "download") for await (const _ of response.body);
  else if (upload) await response.arrayBuffer();
  else await response.json();
}
