// axios on https.Agent.
import { Readable } from "node:stream";
import axios from "axios";
import { agent } from "./agent.mjs";
import { body, plan, run } from "./load.mjs";

const url = plan.base + plan.path;

await run(agent, async (httpsAgent) => {
  switch (plan.mode) {
    case "download": {
      const { data } = await axios.get(url, { httpsAgent, responseType: "stream" });
      for await (const _ of data);
      break;
    }
    case "upload":
      await axios.post(url, Readable.from(body()), {
        httpsAgent,
        maxRedirects: 0,
        maxBodyLength: Infinity,
        headers: { "content-length": plan.upload_bytes, "content-type": "application/octet-stream" },
      });
      break;
    default:
      await axios.get(url, { httpsAgent });
  }
});
