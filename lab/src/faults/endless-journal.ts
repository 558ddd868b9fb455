/** The process that the journal's kill test kills: appends for ever and prints each sequence once it is promised. */

import { createNodeFolder } from "@karibu/agent/ground/node-folder";
import { openJournal } from "@karibu/agent/journal/open-journal";
import { createHandWoundWorld } from "./hand-wound-world.ts";

const { journal } = await openJournal(createHandWoundWorld(), createNodeFolder(process.argv[2] as string), {
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
