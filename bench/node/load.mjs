// What the Node loads share: the plan, the measured window, the printed line.
import { readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";

const text = { type: "string" };
const { values } = parseArgs({
  options: { config: text, mode: text, "in-flight": text, seconds: text, requests: text },
});
const inFlight = Number(values["in-flight"] ?? 1);
const server = JSON.parse(readFileSync(values.config, "utf8"));

export const plan = {
  ...server,
  mode: values.mode ?? "get",
  inFlight,
  seconds: Number(values.seconds ?? 1),
  share: values.requests ? Math.ceil(Number(values.requests) / inFlight) : Infinity,
};

/** What `tls.connect` takes. */
export function tlsOptions() {
  return {
    cert: readFileSync(plan.cert),
    key: readFileSync(plan.key),
    ...(plan.ca ? { ca: readFileSync(plan.ca) } : {}),
  };
}

const chunk = Buffer.alloc(65536, "x");

/** The body of an upload. */
export async function* body() {
  for (let left = plan.upload_bytes; left > 0; left -= chunk.length) {
    yield left < chunk.length ? chunk.subarray(0, left) : chunk;
  }
}

// How late the loop comes to a timer of one millisecond.
const delay = monitorEventLoopDelay({ resolution: 1 });

function open() {
  delay.enable();
  delay.reset();
  return { begun: performance.now(), cpu: process.cpuUsage() };
}

function close(window, requests, errors) {
  const seconds = (performance.now() - window.begun) / 1000;
  const cpu = process.cpuUsage(window.cpu);
  // Not maxrss of getrusage, which starts from what the parent had at the fork.
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"));
  const line = {
    requests,
    errors,
    seconds,
    user_s: cpu.user / 1e6,
    sys_s: cpu.system / 1e6,
    max_rss_kb: Number(peak?.[1] ?? 0),
    delay_p99_ms: delay.percentile(99) / 1e6,
  };
  console.log(JSON.stringify(line));
}

/** Makes the client and calls `request(client)` again and again; the first round warms up. */
export async function run(make, request) {
  if (plan.mode === "first") {
    const window = open();
    make();
    close(window, 1, 0);
    process.exit(0);
  }
  const client = make();
  let requests = 0;
  let errors = 0;
  const attempt = async () => {
    try {
      await request(client);
      requests += 1;
    } catch (error) {
      if (errors++ === 0) console.error(error);
    }
  };
  const all = (each) => Promise.all(Array.from({ length: plan.inFlight }, each));
  await all(attempt);
  requests = 0;
  let window = open();
  let stop = false;
  const running = all(async () => {
    for (let done = 0; done < plan.share && !stop; done += 1) await attempt();
  });
  if (plan.share === Infinity) {
    // A pool opens its connections as they are needed: nobody's first handshakes belong into the window.
    await setTimeout(200 + 2 * plan.inFlight);
    window = open();
    requests = 0;
    await setTimeout(plan.seconds * 1000);
    close(window, requests, errors);
    stop = true;
    await running;
  } else {
    await running;
    close(window, requests, errors);
  }
  process.exit(0);
}
