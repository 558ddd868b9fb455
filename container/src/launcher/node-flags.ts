/**
 * Which of V8's compilers the agent gets, by the board's memory; the first row that fits. Never the optimising one, with which memory grows by tens of
 * MB under load; `--jitless` and `--lite-mode` would save no more and take WebAssembly (and with it `fetch`). What each row costs and
 * brings: `docs/performance.md`.
 */
const compilers: readonly { readonly fromBytes: number; readonly flags: readonly string[] }[] = [
  // 1 GB: such a board shows somewhat less, because its kernel keeps a part.
  // What a thread beside compiles many functions at once for stays in malloc's heap: 6 MB more. One function at a time takes a fraction of a millisecond.
  {
    fromBytes: 900 * 2 ** 20,
    flags: ["--maglev", "--no-maglev-inlining", "--no-concurrent-recompilation", "--sparkplug"],
  },
  { fromBytes: 0, flags: ["--no-maglev", "--sparkplug"] },
];

/** How Node runs the agent on a router, where memory is dear and work is little. `boardBytes`: the memory of the whole board. */
export function agentNodeFlags(boardBytes: number): readonly string[] {
  const fits = compilers.find(({ fromBytes }) => boardBytes >= fromBytes) ?? compilers.at(-1);
  return [
    "--no-opt",
    ...(fits?.flags ?? []),
    "--optimize-for-size",
    "--max-semi-space-size=1",
    "--v8-pool-size=1",
    // A limit, which saves nothing: a process that keeps growing is restarted before it takes the router's memory.
    "--max-old-space-size=128",
  ];
}

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
