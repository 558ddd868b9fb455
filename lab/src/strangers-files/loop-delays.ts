/** Loaded into a hub's process before its own code: says on request how long its event loop once stood still, at most, since the last request. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

const resolutionMs = 1;

if (isMainThread && process.send !== undefined) {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  process.on("message", () => {
    process.send?.(Math.max(0, delays.max / 1e6 - resolutionMs));
    delays.reset();
  });
  // It must not keep the hub alive.
  process.channel?.unref();
}
