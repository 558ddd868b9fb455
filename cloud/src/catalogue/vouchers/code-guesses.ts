/**
 * Who may not see unused codes may still type one and learn its state. Each typed code that could be one and is none is a miss, and misses
 * are few: the ends that lists show would otherwise be completed by trying.
 */
import { normaliseVoucherCode } from "@karibu/protocol/codes/voucher-code";
import { listedText } from "@karibu/protocol/listed-code";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { type Actor, viaOf } from "../../ground/http/actor.ts";
import { revealsCodes } from "../../ground/http/unused-codes.ts";
import { createSharedTries } from "../../ground/quotas/shared-tries.ts";
import { writeAudit } from "../../identity/audit/audit.ts";
import type { VoucherShop } from "./batches.ts";
import { findByCode, type Voucher } from "./vouchers.ts";

export interface CodeGuesses {
  /** As `findByCode`. Throws a Problem 429 "too-many-tries" for who may not see codes and missed too often. */
  find(tx: Tx, reader: Actor, typed: string): Promise<Voucher[]>;
}

/** Of one person, all their tokens and all hub processes together: then one more every three minutes. */
const missesAnHour = 20;

export function createCodeGuesses(shop: VoucherShop): CodeGuesses {
  const misses = createSharedTries(shop.world.clock, "voucher-codes", { tries: missesAnHour, perSeconds: 3600 });
  return {
    async find(tx, reader, typed) {
      if (reader.may(revealsCodes)) return findByCode(shop, tx, typed);
      if (!(await couldBeCode(tx, typed))) return []; // the name of a plan, for example
      const { providerId, userId } = reader;
      const person = { providerId, subject: userId };
      const remaining = await misses.take(tx, person); // before the look: a hundred at once must not all pass
      const found = await findByCode(shop, tx, typed);
      if (found.length > 0) await misses.giveBack(tx, person);
      else if (remaining === 0) {
        const entry = { providerId, userId, target: null, requestId: null, via: viaOf(reader) };
        const detail = { misses: missesAnHour, person: reader.email };
        await writeAudit(shop.world, tx, { ...entry, action: "code-guesses-ended", detail });
      }
      return found;
    },
  };
}

/** Some batch has codes of this shape. */
async function couldBeCode(tx: Tx, typed: string): Promise<boolean> {
  const code = normaliseVoucherCode(typed);
  // Codes of other systems have no shape: any word could be one.
  if (/^\S{1,64}$/.test(listedText(typed)) && (await hasListed(tx))) return true;
  const batch = await tx
    .selectFrom("voucher_batches")
    .select("batchId")
    .where(sql<number>`length(prefix) + length`, "=", code.length)
    .where(sql<boolean>`starts_with(${code}, prefix)`, "=", true)
    .where("takeoverId", "is", null)
    .where(
      sql<boolean>`substr(${code}::text, length(prefix) + 1) ~ case alphabet when 'digits' then '^[0-9OIL]*$' else '^[2-9B-DF-HJ-NP-TV-Z]*$' end`,
    )
    .limit(1)
    .executeTakeFirst();
  return batch !== undefined;
}

async function hasListed(tx: Tx): Promise<boolean> {
  const listed = tx.selectFrom("voucher_batches").select("batchId").where("takeoverId", "is not", null).limit(1);
  return (await listed.executeTakeFirst()) !== undefined;
}
