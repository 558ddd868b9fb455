/** What the doors of personal data answer alike, for a customer and for who only asked for something. Who attacks them: `personal-data-routes.ts`. */
import type { World } from "@karibu/protocol/world";
import type { Response } from "express";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { viaOf } from "../../ground/http/actor.ts";
import type { Call } from "../../ground/http/route.ts";
import type { PersonalData } from "../../ground/jobs/person-data.ts";
import { writerWhileLet } from "../../ground/lists/stream.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { writeAudit } from "../../identity/audit/audit.ts";
import { creditsOf } from "../../money/ledger/credit.ts";
import { currencyOfProvider } from "../../tenancy/providers/provider-country.ts";
import { exportPerson } from "./export-person.ts";
import type { Person } from "./person-rows.ts";

interface FileParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly personRooms: readonly PersonalData[];
}
type Asking = Pick<Call<unknown, unknown, undefined>, "actor" | "requestId" | "transact" | "isStillLet">;

/** Their whole file. That it was taken is in the audit before its first letter leaves. @param id of the customer, or of what was asked for */
export async function answerPerson(
  parts: FileParts,
  call: Asking,
  { id, find }: { readonly id: string; readonly find: (tx: Tx) => Promise<Person> },
  response: Response,
): Promise<void> {
  const { world } = parts;
  const { actor, requestId } = call;
  const person = await call.transact(async (tx) => {
    const found = await find(tx);
    const entry = { providerId: found.providerId, userId: actor.userId, target: id, requestId, via: viaOf(actor) };
    await writeAudit(world, tx, { ...entry, action: "personal-data-exported", detail: {} });
    return found;
  });
  response.setHeader("Content-Type", "application/json");
  response.setHeader("Content-Disposition", `attachment; filename="personal-data-${id}.json"`);
  await exportPerson(parts, person, world.clock.wall(), writerWhileLet(response, call));
  response.end();
}

/** What they still have with the provider, which after an erasure can be paid out to nobody. */
export async function creditOfPerson(
  tx: Tx,
  providerId: string,
  parties: readonly Party[],
): Promise<{ creditCents: number; currency: string; otherCredit: { creditCents: number; currency: string }[] }> {
  const currency = await currencyOfProvider(tx, providerId);
  const sums = new Map([[currency, 0]]);
  for (const party of parties)
    for (const one of await creditsOf(tx, providerId, party))
      sums.set(one.currency, (sums.get(one.currency) ?? 0) + one.creditCents);
  const [own, ...others] = [...sums].map(([of, creditCents]) => ({ creditCents, currency: of }));
  return { creditCents: own?.creditCents ?? 0, currency, otherCredit: others };
}
