// mutls: `client.fetch`.
import { fetched } from "./fetched.mjs";
import { run } from "./load.mjs";
import { make, url } from "./mutls-client.mjs";

await run(make, (client) => fetched((init) => client.fetch(url, init)));
