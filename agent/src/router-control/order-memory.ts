/**
 * Orders by their nonce, so that one that arrives again is not done again. The last 500 answers are in memory; the last 64 orders also in a
 * file, for one that comes again after the agent started anew. Of one that was begun and has no answer there, only reading back can tell.
 */

import type { RouterRow } from "@karibu/protocol/router/router-views";
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import { readJsonFile, writeJsonFile } from "../ground/files/json-file.ts";

export interface OrderResult {
  kind: "done" | "differs" | "refused" | "undone" | "expired" | "unknown";
  why?: string | undefined;
  row?: RouterRow | undefined;
}

/** `wasBegun`: it was under way when the agent stopped. `begin` is called, and waited for, before the router is told. */
export type CarryOut = (wasBegun: boolean, begin: () => Promise<void>) => Promise<OrderResult>;

export interface OrderMemory {
  /** The first answer of this nonce. A rejection says that the router was told nothing: the order may come again. */
  once(nonce: string, carryOut: CarryOut): Promise<OrderResult>;
}

const fileName = "router-orders.json";
const keptMax = 500;
const writtenMax = 64;
const whyCharactersMax = 200;

type Entry = Pick<OrderResult, "kind" | "why"> | "begun";

export function createOrderMemory(
  { log }: Pick<World, "log">,
  folder: Pick<Folder, "read" | "rename" | "replace">,
): OrderMemory {
  const answers = new Map<string, Promise<OrderResult>>();
  let opened: Promise<Map<string, Entry>> | null = null;
  let writing: Promise<void> = Promise.resolve();

  function orders(): Promise<Map<string, Entry>> {
    opened ??= read();
    return opened;
  }

  async function read(): Promise<Map<string, Entry>> {
    const content = await readJsonFile<{ orders: Record<string, unknown> }>(folder, fileName).catch(() => null);
    const entries = Object.entries(content?.orders ?? {});
    return new Map(entries.filter((entry): entry is [string, Entry] => isEntry(entry[1])));
  }

  /** One write at a time. A disk that refuses costs the memory of restarts alone. */
  async function note(nonce: string, entry: Entry | null): Promise<void> {
    const all = await orders();
    if (entry === null) all.delete(nonce);
    else all.set(nonce, entry);
    while (all.size > writtenMax) all.delete(all.keys().next().value as string);
    const content = { orders: Object.fromEntries(all) };
    writing = writing.then(() =>
      writeJsonFile(folder, fileName, content).catch((error: unknown) => {
        log.warn("router-order-not-written", { error: String(error) });
      }),
    );
    await writing;
  }

  async function carry(nonce: string, carryOut: CarryOut): Promise<OrderResult> {
    const known = (await orders()).get(nonce);
    if (known !== undefined && known !== "begun") return known;
    let isBegun = known === "begun";
    const begin = async () => {
      isBegun = true;
      await note(nonce, "begun");
    };
    try {
      const result = await carryOut(isBegun, begin);
      const { kind, why } = result;
      if (isBegun) await note(nonce, why === undefined ? { kind } : { kind, why: cutText(why, whyCharactersMax) });
      return result;
    } catch (error) {
      if (isBegun && known === undefined) await note(nonce, null);
      throw error;
    }
  }

  return {
    once(nonce, carryOut) {
      const known = answers.get(nonce);
      if (known !== undefined) return known;
      const answer = carry(nonce, carryOut);
      answers.set(nonce, answer);
      if (answers.size > keptMax) answers.delete(answers.keys().next().value as string);
      answer.catch(() => answers.delete(nonce));
      return answer;
    },
  };
}

const isEntry = (entry: unknown): boolean =>
  entry === "begun" || (typeof entry === "object" && entry !== null && "kind" in entry);
