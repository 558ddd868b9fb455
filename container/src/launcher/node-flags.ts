/**
 * How Node runs on a router, where memory is dear and work is little. Without the optimising compilers memory stays flat for
 * half as much again of CPU; `--jitless` and `--lite-mode` would save no more and take WebAssembly (and with it `fetch`).
 */
export const agentNodeFlags = [
  "--no-opt",
  "--no-maglev",
  "--no-sparkplug",
  "--optimize-for-size",
  "--max-semi-space-size=1",
  "--v8-pool-size=1",
  // A guard, not a saving: what grows without end is started anew before it takes the router's memory.
  "--max-old-space-size=128",
] as const;

/** One thread for V8: an exit then has no worker to wait for. */
export const launcherNodeFlags = [
  "--no-opt",
  "--no-maglev",
  "--no-sparkplug",
  "--optimize-for-size",
  "--max-semi-space-size=1",
  "--single-threaded",
  "--v8-pool-size=0",
  "--max-old-space-size=32",
] as const;

export const nodeEnvironment = { UV_THREADPOOL_SIZE: "1", MALLOC_ARENA_MAX: "1", NODE_ENV: "production" } as const;
