/** The desired state as the hub gave it, kept in the data folder: what should be is known also while the hub is away. */

import {
  type DesiredRouter,
  type DriftPolicy,
  desiredRouterSchema,
  driftPolicies,
} from "@karibu/protocol/router/desired-router";
import { readDesiredRouter } from "@karibu/protocol/rpc/router/read-desired-router";
import { inPlainWords } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import { readJsonFile, writeJsonFile } from "../ground/files/json-file.ts";
import type { HubLink } from "../ground/hub-link.ts";
import { judgeDesired } from "./judge-desired.ts";

export interface DesiredMemory {
  /** Null: nobody ever said what should be. Only what this agent takes of it. */
  readonly desired: DesiredRouter | null;
  /** `tell` as long as the hub said nothing else. */
  readonly policy: DriftPolicy;
  load(): Promise<void>;
  /** The provider's choice came by the feed: it counts at once. */
  choose(policy: DriftPolicy): void;
  /** Asks the hub. Rejects with Faults of the link. */
  refresh(hub: Pick<HubLink, "call">, version: string): Promise<void>;
}

const fileName = "desired-router.json";
const answerMsMax = 30_000;

interface Stored {
  readonly hash: string;
  readonly policy: string;
  readonly desired: unknown;
}

export function createDesiredMemory(
  { log }: Pick<World, "log">,
  folder: Pick<Folder, "read" | "rename" | "replace">,
): DesiredMemory {
  let hash = "";
  let policy: DriftPolicy = "tell";
  let desired: DesiredRouter | null = null;
  /** As the hub told it: judged anew at each start. */
  let told: DesiredRouter | null = null;

  return {
    get desired() {
      return desired;
    },
    get policy() {
      return policy;
    },
    async load() {
      const stored = await readJsonFile<Stored>(folder, fileName).catch(() => null);
      if (stored === null) return;
      const parsed = desiredRouterSchema.safeParse(stored.desired, inPlainWords);
      policy = driftPolicies.find((each) => each === stored.policy) ?? "tell";
      if (!parsed.success) return;
      told = parsed.data;
      desired = judgeDesired(told);
      hash = stored.hash ?? "";
    },
    choose(chosen) {
      policy = chosen;
    },
    async refresh(hub, version) {
      const answer = await hub.call(readDesiredRouter, { version, known: hash }, answerMsMax);
      const before = JSON.stringify([hash, policy]);
      policy = answer.policy;
      if (answer.kind === "none") [told, desired, hash] = [null, null, ""];
      if (answer.kind === "desired" && answer.desired !== undefined) {
        told = answer.desired;
        desired = judgeDesired(told);
        hash = answer.hash ?? "";
      }
      if (JSON.stringify([hash, policy]) === before) return;
      await writeJsonFile(folder, fileName, { hash, policy, desired: told } satisfies Stored).catch(
        (error: unknown) => {
          log.warn("desired-router-not-written", { error: String(error) });
        },
      );
    },
  };
}
