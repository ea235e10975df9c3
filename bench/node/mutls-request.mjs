// mutls: `client.request`.
import { make, url } from "./mutls-client.mjs";
import { body, plan, run } from "./load.mjs";

await run(make, async (client) => {
  if (plan.mode === "download") {
    const response = await client.stream(url);
    if (response.status >= 300) throw new Error(`status ${response.status}`);
    for await (const _ of response);
    return;
  }
  const upload = plan.mode === "upload";
  const response = await client.request(
    url,
    upload ? { method: "POST", body: body(), contentLength: plan.upload_bytes } : undefined,
  );
  if (response.status >= 300) throw new Error(`status ${response.status}`);
  if (!upload) response.json();
});
