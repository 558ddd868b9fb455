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

/**
 * Two threads for files and hashes: one is the journal's for its syncs while the other has what takes long. The second takes
 * 12 KB. What is large (a PIN's hash: 4 MB) is given back at once, instead of being kept for the next.
 */
export const nodeEnvironment = {
  UV_THREADPOOL_SIZE: "2",
  MALLOC_ARENA_MAX: "1",
  MALLOC_MMAP_THRESHOLD_: "1048576",
  NODE_ENV: "production",
} as const;
