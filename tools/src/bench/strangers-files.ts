/**
 * Files of strangers against a real hub process (embedded database), one after the other: its resident memory before, at the most and after, that of
 * the process that reads the file, how long the hub's event loop stood still, and how long another provider's requests took meanwhile, ten a second and eight at
 * once at most.
 * Then many at once; and statements of 8 MB, as CSV, against a hub on PostgreSQL, where it is installed: the embedded database works in the hub's
 * own process, so its event loop stands still for reasons of its own.
 */
import { findPrograms, startServer } from "@karibu/cloud/ground/db/test-postgresql";
import { hostileFiles } from "@karibu/lab/strangers-files/test-hostile-corpus";
import { type HubProcess, type Provider, startHubProcess } from "@karibu/lab/strangers-files/test-hub-process";
import { longStatement } from "@karibu/lab/strangers-files/test-long-statement";
import { quantile, sendHostile, type Watched, watchHub } from "@karibu/lab/strangers-files/test-watched-hub";
import { manyCells } from "@karibu/lab/strangers-files/test-zip";

type Print = (row: object) => void;
type Answered = { readonly status: number; readonly body: { readonly code?: string } | null; readonly tookMs: number };

/** @param options.only parts to measure: `each`, `at once`, `csv`; left out: all */
export async function run(print: Print, { only }: { readonly only?: readonly string[] } = {}): Promise<void> {
  const wants = (part: string) => only === undefined || only.includes(part);
  if (wants("each")) await withHub({}, (hub) => eachFile(hub, print));
  if (wants("at once")) await withHub({}, (hub) => manyAtOnce(hub, print));
  if (!wants("csv")) return;
  if (findPrograms() === null) print({ name: "csv", skipped: "PostgreSQL is not installed" });
  else await withHub({ databaseUrl: await startServer() }, (hub) => longCsv(hub, print));
}

async function withHub(database: { readonly databaseUrl?: string }, work: (hub: HubProcess) => Promise<void>) {
  const hub = await startHubProcess(database);
  try {
    await work(hub);
  } finally {
    await hub.stop();
  }
}

async function eachFile(hub: HubProcess, print: Print): Promise<void> {
  const [stranger, other] = [await hub.makeProvider("stranger"), await hub.makeProvider("other")];
  const nothing = () => new Promise<null>((resolve) => setTimeout(() => resolve(null), 10_000));
  print({ name: "nothing is sent", ...seenOf([await watchHub(hub, other, nothing)]) });
  const kinds = new Map<string, Watched<Answered>[]>();
  for (const hostile of hostileFiles()) {
    const watched = await watchHub(hub, other, () => sendHostile(stranger, hostile));
    const kind = hostile.as === "csv" ? "CSV" : (hostile.name.split(":")[0] as string);
    kinds.set(kind, [...(kinds.get(kind) ?? []), watched]);
    const kb = Math.ceil(hostile.file.length / 1024);
    print({ name: hostile.name, kb, ...answersOf([watched.done]), ...seenOf([watched]) });
  }
  for (const [kind, all] of kinds) {
    const answers = answersOf(all.map(({ done }) => done));
    print({ kind, files: all.length, ...answers, ...seenOf(all) });
  }
  print({ kind: "all", ...seenOf([...kinds.values()].flat()) });
}

/** Five providers, each with as many workbooks as it may have in the line, each of which unpacks to 40 MB. */
async function manyAtOnce(hub: HubProcess, print: Print): Promise<void> {
  const other = await hub.makeProvider("other");
  const strangers: Provider[] = [];
  for (const at of [1, 2, 3, 4, 5]) strangers.push(await hub.makeProvider(`stranger${at}`));
  const file = manyCells(40);
  const all = strangers.flatMap((stranger) => [1, 2, 3, 4].map(() => stranger));
  const watched = await watchHub(hub, other, () => Promise.all(all.map((stranger) => stranger.statement(file))));
  const { done, childrenMost } = watched;
  print({ name: "20 workbooks at once", ...answersOf(done), readAtOnce: childrenMost, ...seenOf([watched]) });
}

async function longCsv(hub: HubProcess, print: Print): Promise<void> {
  const [owner, other] = [await hub.makeProvider("owner"), await hub.makeProvider("other")];
  for (const sort of [
    "refused at its last line",
    "nothing to book",
    "1,000 payments to book",
    "the same again",
  ] as const) {
    const csv = longStatement(sort === "the same again" ? "1,000 payments to book" : sort);
    const body = { channelId: owner.channelId, csv };
    const watched = await watchHub(hub, other, () => owner.call("POST", "/reconciliation/statements", body));
    const rows = csv.split("\n").length - 2;
    print({
      name: `CSV of 8 MB: ${sort}`,
      kb: Math.ceil(csv.length / 1024),
      rows,
      ...answersOf([watched.done]),
      ...seenOf([watched]),
    });
  }
}

function answersOf(answers: readonly Answered[]) {
  const codes = answers.map(({ status, body }) => `${status}${status < 300 ? "" : ` ${body?.code}`}`);
  const tookMs = answers.map((answer) => answer.tookMs);
  return { answers: [...new Set(codes)].join(", "), tookMsMax: Math.round(Math.max(...tookMs)) };
}

function seenOf(all: readonly Watched<unknown>[]) {
  const waits = all.flatMap((one) => one.waits);
  return {
    hubMbBefore: all[0]?.before,
    hubMbMost: Math.max(...all.map(({ hubMost }) => hubMost)),
    hubMbAfter: all.at(-1)?.after,
    childMbMost: Math.max(...all.map(({ childMost }) => childMost)),
    loopStoodStillMs: Math.round(Math.max(...all.map(({ loopMs }) => loopMs))),
    othersAsked: waits.length,
    othersP50Ms: Math.round(quantile(waits, 0.5)),
    othersP99Ms: Math.round(quantile(waits, 0.99)),
    othersMaxMs: Math.round(Math.max(...waits)),
  };
}
