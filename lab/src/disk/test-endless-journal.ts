/** The process that the journal's kill test kills. It appends records without end, and prints each sequence number once it is durable. */

import { createNodeFolder } from "@karibu/agent/ground/files/node-folder";
import { openJournal } from "@karibu/agent/journal/open-journal";
import { createSimulatedWorld } from "../world/simulated-world.ts";

const { journal } = await openJournal(createSimulatedWorld(), createNodeFolder(process.argv[2] as string), {
  replayAfter: null,
  onRecord: () => {},
  segmentBytesMax: 64 * 1024,
});

async function appendForEver(): Promise<never> {
  for (;;) {
    const { record, durable } = journal.append({ kind: "alarm", name: "load", fields: { filler: "x".repeat(100) } });
    await durable;
    process.stdout.write(`${record.seq}\n`);
  }
}
await Promise.all(Array.from({ length: 64 }, appendForEver));
