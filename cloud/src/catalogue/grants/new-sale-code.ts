import { saleCodeAlphabet as alphabet, saleCodeLength } from "@karibu/protocol/codes/sale-code";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";

/**
 * A code for a sale that no other sale has: who has it, has what was sold. So it is drawn for each sale, and is not the reference, which
 * stands on receipts, in lists and in the ledger's exports. Among a million sales two would have the same one, so it is looked up.
 */
export async function newSaleCode(world: Pick<World, "random">, tx: Tx, providerId: string): Promise<string> {
  for (;;) {
    const code = randomSigns(world);
    const taken = await tx
      .selectFrom("grants")
      .select("grantId")
      .where("providerId", "=", providerId)
      .where("code", "=", code)
      .executeTakeFirst();
    if (taken === undefined) return code;
  }
}

/** One for each of these providers, which may be named several times; all different. */
export async function newSaleCodes(
  world: Pick<World, "random">,
  tx: Tx,
  providerIds: readonly string[],
): Promise<string[]> {
  const codes: string[] = [];
  for (let taken = new Set<string>(); codes.length < providerIds.length; ) {
    while (codes.length < providerIds.length) {
      const code = randomSigns(world);
      if (!codes.includes(code) && !taken.has(code)) codes.push(code);
    }
    const { rows } = await sql<{ code: string }>`select code from grants
      join unnest(${providerIds}::text[], ${codes}::text[]) as drawn (provider_id, code) using (provider_id, code)`.execute(
      tx,
    );
    taken = new Set(rows.map(({ code }) => code));
    if (taken.size === 0) break;
    // A code that is taken is drawn again, and all are looked up once more: that happens once in a million sales.
    codes.splice(0);
  }
  return codes;
}

/** So many signs as a sale code has, each as likely as any other. */
export function randomSigns({ random }: Pick<World, "random">): string {
  const fair = 256 - (256 % alphabet.length);
  let signs = "";
  while (signs.length < saleCodeLength) {
    for (const byte of random.bytes(16)) {
      if (byte < fair && signs.length < saleCodeLength) signs += alphabet[byte % alphabet.length];
    }
  }
  return signs;
}
