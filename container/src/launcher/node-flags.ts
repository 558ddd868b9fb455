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
  // A limit, which saves nothing: a process that keeps growing is restarted before it takes the router's memory.
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
 * Two threads for files and hashes: one is free for the journal's syncs while the other does long work. The second needs
 * 12 KB. Blocks from 80 KiB on (what V8 needs to compile a program, a PIN's hash) are given back at once: in the heap they left
 * 2.6 MB that stayed with the process. A received datagram's block has 64 KiB and stays in the heap, because each would cost two system calls.
 */
export const nodeEnvironment = {
  UV_THREADPOOL_SIZE: "2",
  MALLOC_ARENA_MAX: "1",
  MALLOC_MMAP_THRESHOLD_: "81920",
  NODE_ENV: "production",
} as const;
