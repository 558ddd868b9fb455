/**
 * The process that reads one file of a stranger, and ends: see `child-reader.ts`, which starts it with hard limits, an empty environment and no right
 * to write, to start anything, or to read what is not the program. It speaks by its standard input and output alone. When the hub is gone its input
 * ends, and so does it; while it calculates, its limit of processor seconds ends it.
 */
import { type FileTask, Unreadable } from "./file-reader.ts";
import { type AnswerPart, createFrames, frame, partsOf } from "./frames.ts";
import { fileBytesMax } from "./limits.ts";

interface Order {
  readonly code: string;
  readonly job: never;
}

let order: Order | null = null;
const takeFrames = createFrames({ frameBytesMax: fileBytesMax, allBytesMax: 2 * fileBytesMax });

process.stdin.on("data", (chunk: Buffer) => {
  for (const bytes of takeFrames(chunk)) {
    if (order === null) order = JSON.parse(bytes.toString("utf8")) as Order;
    else void answer(order, bytes);
  }
});
process.stdin.once("close", () => process.exit(1));
process.stdin.once("end", () => process.exit(1));
process.stdout.once("error", () => process.exit(1));

async function answer({ code, job }: Order, file: Buffer): Promise<void> {
  const { read } = (await import(code)) as { read: FileTask<never, unknown> };
  await say("ready");
  for (const part of await partsBy(() => read(job, file))) await say(JSON.stringify(part));
  process.exit(0);
}

async function partsBy(read: () => unknown): Promise<Iterable<AnswerPart>> {
  try {
    return partsOf(await read());
  } catch (error) {
    return [{ is: error instanceof Unreadable ? "unreadable" : "ended", why: String((error as Error).message) }];
  }
}

async function say(content: string): Promise<void> {
  const [bytes, { stdout }] = [frame(content), process];
  await new Promise<void>((resolve, reject) => stdout.write(bytes, (error) => (error ? reject(error) : resolve())));
}

/** What a library leaves behind must not keep the process, nor end it before its answer is out. */
process.on("unhandledRejection", async (error) => {
  await say(JSON.stringify({ is: "ended", why: String((error as Error)?.message) })).catch(() => null);
  process.exit(1);
});
