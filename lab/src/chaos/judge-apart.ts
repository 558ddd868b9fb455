import { inThread } from "@karibu/protocol/process/in-thread";
import type { Chronicle } from "../simulation/judge/chronicle.ts";

/**
 * Judges an hour in a thread of its own: it takes a minute of processor, and the relays that all hubs and sites talk through live in this one. A drill
 * that stood still while it judged would cut everybody off.
 * @returns what does not hold, a sentence each, as `judgeChaos` says it
 */
export const judgeApart = (chronicle: Chronicle): Promise<string[]> =>
  inThread(new URL("./judge-worker.ts", import.meta.url), chronicle, "the judge");
