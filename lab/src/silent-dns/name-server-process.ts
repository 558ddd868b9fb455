/**
 * The DNS server as a process. Arguments: its address, and a JSON object of names with their addresses. Each line on standard
 * input sets its behaviour; it prints each behaviour that it has set.
 */
import { createInterface } from "node:readline";
import { type NameServerBehaviour, startNameServer } from "./name-server.ts";

const [address = "127.0.0.1", names = "{}"] = process.argv.slice(2);
const server = await startNameServer({ address, port: 53, ttlSeconds: 1 });
for (const [name, addresses] of Object.entries(JSON.parse(names) as Record<string, string[]>))
  server.table.set(name, addresses);
process.stdout.write("ready\n");
for await (const line of createInterface({ input: process.stdin })) {
  server.behaviour = line as NameServerBehaviour;
  process.stdout.write(`${line}\n`);
}
await server.close();
