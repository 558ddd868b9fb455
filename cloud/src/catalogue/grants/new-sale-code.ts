import { saleCodeAlphabet as alphabet, saleCodeLength } from "@karibu/protocol/codes/sale-code";
import type { World } from "@karibu/protocol/world";
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
      .select("grant_id")
      .where("provider_id", "=", providerId)
      .where("code", "=", code)
      .executeTakeFirst();
    if (taken === undefined) return code;
  }
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
