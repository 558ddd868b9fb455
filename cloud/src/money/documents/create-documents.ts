/** The room of documents: what is issued with a number, and what a tax authority is told of it. */
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { District } from "../../ground/district.ts";
import { deviceRoutes } from "../fiscal/device-routes.ts";
import type { TaxAdapters } from "../fiscal/fiscal-contract.ts";
import { registerSubmissionJobs, submitWaiting } from "../fiscal/submissions.ts";
import type { AccountOwners } from "../ledger/names-in-books.ts";
import { accountingRoutes } from "./accounting-routes.ts";
import { creditNoteRoutes } from "./credit-note-routes.ts";
import type { DocumentParts } from "./document-parts.ts";
import { documentRoutes } from "./document-routes.ts";
import { fiscalRoutes } from "./fiscal-routes.ts";
import { issueCharge, issueMonths } from "./issue-charges.ts";
import { issueChargeJob } from "./note-charge.ts";
import { summariseSales } from "./sales-summaries.ts";
import { sendDocumentRoutes } from "./send-document-routes.ts";
import { statementRoutes } from "./statement-routes.ts";

const hourMs = 3_600_000;
/** A charge that still waits by then has lost its job. */
const lostAfterMs = 600_000;
const wokenAtOnce = 1000;
const jobSchema = z.object({ providerId: z.string(), chargeId: z.string() });

interface DocumentsRoomParts extends DocumentParts {
  readonly taxAdapters: TaxAdapters;
  readonly accountOwners: readonly AccountOwners[];
}

export function createDocuments(parts: DocumentsRoomParts): District {
  const { world, database, jobs } = parts;
  const forEach = async (
    reason: string,
    providers: (tx: Tx) => Promise<readonly { readonly providerId: string }[]>,
    work: (tx: Tx, providerId: string) => Promise<number>,
  ): Promise<number> => {
    let done = 0;
    const failed: unknown[] = [];
    for (const { providerId } of await database.asPlatform(reason, providers))
      try {
        done += await database.asProvider(providerId, (tx) => work(tx, providerId));
      } catch (error) {
        // One provider's trouble does not hold the others up; the run still counts as failed.
        world.log.error("documents-not-issued", { providerId, reason, error: String(error) });
        failed.push(error);
      }
    if (failed.length > 0) throw failed[0];
    return done;
  };
  return {
    routes: [
      ...documentRoutes(parts),
      ...creditNoteRoutes(parts),
      ...sendDocumentRoutes(parts),
      ...fiscalRoutes(parts),
      ...deviceRoutes(parts),
      ...statementRoutes(() => world.clock.wall().atMs),
      ...accountingRoutes(parts.accountOwners),
    ],
    async registerJobs() {
      await jobs.work(issueChargeJob, async (data) => {
        const { providerId, chargeId } = jobSchema.parse(data);
        await database.asProvider(providerId, (tx) => issueCharge(parts, tx, providerId, chargeId));
      });
      await registerSubmissionJobs(parts);
    },
    maintenance: [
      {
        name: "issue-documents",
        everyMs: hourMs,
        async run() {
          const months = await forEach("issue-monthly-documents", monthlyProviders, (tx, providerId) =>
            issueMonths(parts, tx, providerId),
          );
          const lost = await wakeLost();
          return `${months} charges in monthly documents, ${lost} woken`;
        },
      },
      {
        name: "summarise-sales",
        everyMs: hourMs,
        run: async () =>
          `${await forEach("summarise-sales", summarisingProviders, (tx, providerId) => summariseSales(parts, tx, providerId))} summaries`,
      },
      {
        name: "submit-documents",
        everyMs: hourMs / 2,
        run: async () => `${await submitWaiting(parts)} documents to tax authorities`,
      },
    ],
  };

  /** Of providers who want one each. They take turns, in another order each time: those that fail again and again hold up none of the others. */
  function wakeLost(): Promise<number> {
    return database.asPlatform("wake-lost-charges", async (tx) => {
      const nowMs = world.clock.wall().atMs;
      const place = sql`md5(charge_id || ${String(nowMs)})`;
      const rows = await tx
        .selectFrom("document_charges")
        .leftJoin("tax_settings", "tax_settings.providerId", "document_charges.providerId")
        .select(["document_charges.providerId", "chargeId"])
        .where("state", "=", "waiting")
        .where("atMs", "<", nowMs - lostAfterMs)
        .where("subscriptionDocuments", "is distinct from", "monthly")
        .orderBy(sql`row_number() over (partition by document_charges.provider_id order by ${place})`)
        .orderBy(place)
        .limit(wokenAtOnce)
        .execute();
      for (const { providerId, chargeId } of rows)
        await jobs.send(tx, issueChargeJob, { providerId, chargeId }, { singletonKey: chargeId });
      return rows.length;
    });
  }
}

const monthlyProviders = (tx: Tx) =>
  tx.selectFrom("tax_settings").select("providerId").where("subscriptionDocuments", "=", "monthly").execute();

/** Also who wanted them once: how far they are goes on with the days. */
const summarisingProviders = (tx: Tx) =>
  tx
    .selectFrom("tax_settings")
    .select("providerId")
    .where(({ or, eb, exists, selectFrom }) =>
      or([
        eb("salesSummaries", "=", true),
        exists(
          selectFrom("summarised_sales")
            .select("siteId")
            .whereRef("summarised_sales.providerId", "=", "tax_settings.providerId"),
        ),
      ]),
    )
    .execute();
