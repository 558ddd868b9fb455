/**
 * `npm run bench [-- NAME… --agents N --keep DIR --only ROW,ROW --seconds N --write]`: benchmarks, one JSON object a line. Without a name,
 * all of them, one after the other. `--agents`: how many sites the bench `hub` simulates. `--keep`: where the bench `lists`
 * leaves its database, and finds it the next time. `--only`: which rows of the benches `radius`, `callback`, `outage`
 * and `strangers-files`, which lists of the bench `lists`. `--seconds`: how long the load of the bench `callback` lasts, and the return of the phones of
 * the bench `outage`; `--write`: these two write their figures into `docs`.
 */
import { parseArgs } from "node:util";
import { requireNode } from "@karibu/protocol/process/require-node";

type Print = (row: object) => void;
interface Options {
  readonly agents?: number;
  readonly keep?: string;
  readonly only?: readonly string[];
  readonly seconds?: number;
  readonly write?: boolean;
}

/** Loaded when asked for: a bench may need what another machine lacks. */
const benches: Record<string, () => Promise<{ run(print: Print, options: Options): Promise<void> }>> = {
  radius: () => import("./radius.ts"),
  journal: () => import("./journal.ts"),
  flash: () => import("./flash.ts"),
  lists: () => import("./lists.ts"),
  reports: () => import("./reports.ts"),
  callback: () => import("./callback.ts"),
  image: () => import("./image.ts"),
  hub: () => import("./hub.ts"),
  watched: () => import("./watched.ts"),
  quiet: () => import("./quiet.ts"),
  rest: () => import("./rest.ts"),
  hosted: () => import("./hosted.ts"),
  dns: () => import("./dns.ts"),
  console: () => import("./console.ts"),
  portal: () => import("./portal.ts"),
  guessing: () => import("./guessing.ts"),
  outage: () => import("./outage.ts"),
  "strangers-files": () => import("./strangers-files.ts"),
};

requireNode();
const { positionals: wanted, values } = readWords();
const options: Options = {
  ...(values.agents === undefined ? {} : { agents: readCount("agents", values.agents) }),
  ...(values.keep === undefined ? {} : { keep: values.keep }),
  ...(values.only === undefined ? {} : { only: values.only.split(",") }),
  ...(values.seconds === undefined ? {} : { seconds: readCount("seconds", values.seconds) }),
  ...(values.write === undefined ? {} : { write: values.write }),
};
const unknown = wanted.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  process.stderr.write(`unknown: ${unknown.join(", ")}; there are ${Object.keys(benches).join(", ")}\n`);
  process.exit(2);
}
for (const [name, load] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const { run } = await load();
  await run((row) => void process.stdout.write(`${JSON.stringify({ bench: name, ...row })}\n`), options);
}

function readWords() {
  const text = { type: "string" } as const;
  const options = { agents: text, keep: text, only: text, seconds: text, write: { type: "boolean" } } as const;
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    const known = Object.keys(benches).join(", ");
    process.stderr.write(
      `${(error as Error).message}\n\nnpm run bench -- [NAME] [--only PART,…] [--agents N] [--keep DIR] [--seconds N] [--write]\nnames: ${known}\n`,
    );
    process.exit(2);
  }
}

function readCount(name: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  process.stderr.write(`--${name}: ${text} is not a count\n`);
  process.exit(2);
}
