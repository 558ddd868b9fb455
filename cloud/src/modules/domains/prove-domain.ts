/**
 * Looks for a domain's proof and writes down what became of it: when a person asks, and once a day by itself.
 *
 * Attackers and what stops them. Who enters a domain that is not theirs: only the owner of its DNS can write the record, and its token is this
 * provider's for this domain alone. Who had a domain that was sold: the record of the new owner counts as soon as the old one's is gone, and the old
 * one is shut within days. Who wants the hub to ask inside addresses: it asks name servers about names, and opens no connection.
 */

import type { World } from "@karibu/protocol/world";
import type { Selectable } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import { isClockSure, processClockSlackMs } from "../../ground/db/hub-clock.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { AskDns } from "../../ground/http-client/ask-dns.ts";
import { eachInTurn } from "../../ground/jobs/each-in-turn.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import type { Mailer } from "../../ground/mail/mailer.ts";
import { ownersOf } from "../../identity/users/owners.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import { domainLetter } from "./domain-letter.ts";
import { judgeDomain, judgeRecords, type ProofFinding, recordName } from "./domain-policy.ts";
import type { KnownDomains } from "./known-domains.ts";

export type DomainRow = Selectable<Schema["provider_domains"]>;

export interface ProveParts {
  readonly world: World;
  readonly database: Database;
  readonly dns: AskDns;
  readonly mailer: Mailer;
  readonly known: Pick<KnownDomains, "forget">;
  readonly publicUrl: string;
}

/** `held-elsewhere`: another provider has the domain, and its own proof stands. */
export type DomainFinding = ProofFinding | "held-elsewhere";

const dayMs = 86_400_000;
const oneRunMs = 5 * 60_000;
const rowsOfRun = 500;

async function findProof(dns: AskDns, row: Pick<DomainRow, "host" | "token">): Promise<ProofFinding> {
  try {
    return judgeRecords(await dns.txt(recordName(row.host)), row.token);
  } catch {
    return "no-answer";
  }
}

/** @returns what was found, and the row as it is now; null: it is gone */
export async function proveDomain(
  parts: ProveParts,
  row: DomainRow,
): Promise<{ readonly finding: DomainFinding; readonly row: DomainRow | null }> {
  const { database, dns, known } = parts;
  const finding = await findProof(dns, row);
  const holder = finding === "proved" ? await database.asPlatform("domains", (tx) => holderOf(tx, row)) : undefined;
  const theirs = holder === undefined ? null : await findProof(dns, holder);
  // Silence takes nothing from who has it.
  const isHeld = theirs === "proved" || theirs === "no-answer";
  const now = await database.asPlatform("domains", async (tx) => {
    if (holder !== undefined && !isHeld) await loseAtOnce(parts, tx, holder);
    return isHeld ? noteChecked(parts, tx, row) : note(parts, tx, row, finding);
  });
  known.forget();
  return { finding: isHeld || now === "held" ? "held-elsewhere" : finding, row: now === "held" ? row : now };
}

const holderOf = (tx: Tx, { host, providerId }: DomainRow): Promise<DomainRow | undefined> =>
  tx
    .selectFrom("provider_domains")
    .selectAll()
    .where("host", "=", host)
    .where("state", "in", ["proved", "lost"])
    .where("providerId", "<>", providerId)
    .executeTakeFirst();

/** Its record is gone, and the new owner's is there. */
async function loseAtOnce(parts: ProveParts, tx: Tx, holder: DomainRow): Promise<void> {
  const nowMs = parts.world.clock.wall().atMs;
  const { numUpdatedRows } = await tx
    .updateTable("provider_domains")
    .set({ state: "shut", lostAtMs: nowMs, checkedAtMs: nowMs })
    .where("providerId", "=", holder.providerId)
    .where("domainId", "=", holder.domainId)
    .where("state", "in", ["proved", "lost"])
    .executeTakeFirst();
  if (numUpdatedRows === 1n) await tell(parts, tx, holder, "shut");
}

async function noteChecked({ world }: ProveParts, tx: Tx, row: DomainRow): Promise<DomainRow | null> {
  const changed = await tx
    .updateTable("provider_domains")
    .set({ checkedAtMs: world.clock.wall().atMs })
    .where("providerId", "=", row.providerId)
    .where("domainId", "=", row.domainId)
    .returningAll()
    .executeTakeFirst();
  return changed ?? null;
}

/** `held`: somebody else proved it a moment before. */
async function note(
  parts: ProveParts,
  tx: Tx,
  row: DomainRow,
  finding: ProofFinding,
): Promise<DomainRow | "held" | null> {
  const nowMs = parts.world.clock.wall().atMs;
  const was = await tx
    .selectFrom("provider_domains")
    .selectAll()
    .where("providerId", "=", row.providerId)
    .where("domainId", "=", row.domainId)
    .forUpdate()
    .executeTakeFirst();
  if (was === undefined) return null;
  // By a clock that may be ahead nobody's page is shut: what is lost waits until it is sure.
  if (finding !== "proved" && !isClockSure(parts.world)) return noteChecked(parts, tx, row);
  const judged = judgeDomain({ state: was.state, provedAtMs: was.provedAtMs, lostAtMs: was.lostAtMs }, finding, nowMs);
  if (judged.state === "proved" && was.state !== "proved" && (await holderOf(tx, was)) !== undefined) return "held";
  const changed = await tx
    .updateTable("provider_domains")
    .set({
      state: judged.state,
      provedAtMs: judged.provedAtMs,
      lostAtMs: judged.lostAtMs,
      checkedAtMs: nowMs,
    })
    .where("providerId", "=", row.providerId)
    .where("domainId", "=", row.domainId)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (judged.told !== null) await tell(parts, tx, was, judged.told);
  return changed;
}

async function tell({ mailer, publicUrl }: ProveParts, tx: Tx, row: DomainRow, told: "lost" | "shut"): Promise<void> {
  const { providerId, host } = row;
  const { name, locale } = await readProviderRow(tx, providerId);
  for (const to of await ownersOf(tx, providerId)) {
    const letter = domainLetter({ to, locale, name, publicUrl }, { told, host, record: recordName(host) });
    await mailer.write(tx, providerId, letter, "hub");
  }
}

/** Looks at each domain once a day. A run ends after some minutes: the next one, an hour later, goes on with those that wait longest. */
export function domainJob(parts: ProveParts): MaintenanceJob {
  const { world, database } = parts;
  return {
    name: "own-domains",
    everyMs: 3_600_000,
    async run() {
      const beganMs = world.clock.monotonicMs();
      const nowMs = world.clock.wall().atMs;
      const due = await database.asPlatform("domains", (tx) =>
        tx
          .selectFrom("provider_domains")
          .selectAll()
          .where("state", "in", ["proved", "lost"])
          .where((is) =>
            is.or([
              is("checkedAtMs", "is", null),
              is("checkedAtMs", "<=", nowMs - dayMs),
              // By a clock that was ahead: nobody would look at it for as long.
              is("checkedAtMs", ">", nowMs + processClockSlackMs),
            ]),
          )
          .orderBy("checkedAtMs")
          .limit(rowsOfRun)
          .execute(),
      );
      // One that fails is the oldest each hour: it would keep all others from being looked at, for ever.
      const looked = await eachInTurn(world, "own-domains", due, async (row) => {
        if (world.clock.monotonicMs() - beganMs > oneRunMs) return 0;
        await proveDomain(parts, row);
        return 1;
      });
      return `${looked} domains`;
    },
  };
}
