/** Customers of before this release, and those whose number a hub of before changed, are named by the parts of their numbers, too. */
import type { Database } from "../../ground/db/database.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import { ifReadable } from "../../ground/secrets/if-readable.ts";
import { type CustomerParts, phoneOf } from "./customers.ts";

/** A transaction's worth. */
const sliceRows = 500;

export function namePhoneParts({
  database,
  envelope,
  parties,
}: Pick<CustomerParts, "envelope" | "parties"> & { readonly database: Database }): MaintenanceJob {
  /** How many it looked at, and the last of them: a number that can't be opened must not hold up the next ones. */
  const slice = (after: readonly [string, string]) =>
    database.asPlatform("name-phone-parts", async (tx) => {
      const rows = await tx
        .selectFrom("customers")
        .select(["provider_id", "customer_id", "phone_sealed", "phone_hash"])
        .where("phone_sealed", "is not", null)
        .where("phone_tail_key", "is", null)
        .where(({ eb, refTuple, tuple }) => eb(refTuple("provider_id", "customer_id"), ">", tuple(...after)))
        .orderBy("provider_id")
        .orderBy("customer_id")
        .limit(sliceRows)
        .execute();
      let named = 0;
      for (const row of rows) {
        // `operations` tells of what no key opens.
        const phone = ifReadable(() => phoneOf(envelope, row), null);
        if (phone === null) continue;
        const { tail, head } = parties.partKeys(row.provider_id, phone);
        const { numUpdatedRows } = await tx
          .updateTable("customers")
          .set({ phone_tail_key: tail, phone_head_key: head })
          .where("provider_id", "=", row.provider_id)
          .where("customer_id", "=", row.customer_id)
          // Changed meanwhile: then it is named already, or the next run does it.
          .where("phone_hash", "=", row.phone_hash)
          .executeTakeFirst();
        named += Number(numUpdatedRows);
      }
      const last = rows.at(-1);
      return { named, next: last === undefined ? null : ([last.provider_id, last.customer_id] as const) };
    });

  return {
    name: "name-phone-parts",
    everyMs: 3_600_000,
    async run() {
      let all = 0;
      let after: readonly [string, string] | null = ["", ""];
      while (after !== null) {
        const { named, next }: Awaited<ReturnType<typeof slice>> = await slice(after);
        all += named;
        after = next;
      }
      return `${all} customers`;
    },
  };
}
