// Node's https.Agent, for the clients that are built on it.
import https from "node:https";
import { plan, tlsOptions } from "./load.mjs";

export const agent = () =>
  new https.Agent({ ...tlsOptions(), keepAlive: true, maxSockets: plan.inFlight, maxFreeSockets: plan.inFlight });
