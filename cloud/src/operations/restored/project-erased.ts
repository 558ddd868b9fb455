/**
 * After a restore, sites send again what the hub lost of their journals. Of whom the restore erased again, what the records brought of their number and
 * their devices, also where those guessed codes, goes in the transaction that stores them: it runs after all other projectors. What happened after the erasure is another person's,
 * or the same one's who came again, and stays.
 */
import { forgetDevices, forgetRefusals } from "../../catalogue/sessions/forget-devices.ts";
import { forgetGuessers } from "../../fleet/alarms/forget-guessers.ts";
import { blankRecords, type RecordPlace } from "../../fleet/journal/blanked-record.ts";
import { type JournalProjector, ofKind, type PlacedRecord } from "../../ground/agents/journal-projector.ts";
import type { Parties } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { forgetBuyers } from "../../money/cash-sales/cash-sale-rows.ts";
import { hasErased, noteErasedGrants, readErased, readErasedDevices, readErasedGrants } from "./erased-again.ts";

/** Of a site that did not know the time nobody knows when it was. */
const timeOf = ({ clock, atMs }: PlacedRecord["record"]): number | null => (clock === "unknown" ? null : atMs);
const placeOf = ({ siteId, epoch, record }: PlacedRecord): RecordPlace => ({ siteId, epoch, seq: record.seq });

export function erasedProjector(parties: Parties): JournalProjector {
  return {
    async project(tx, { providerId, records }) {
      const sales = ofKind(records, "cash-sale").filter(({ record }) => record.phone !== undefined);
      const bound = [...ofKind(records, "device-bound"), ...ofKind(records, "device-unbound")];
      const sessions = ofKind(records, "session-started");
      const guesses = [...ofKind(records, "alarm"), ...ofKind(records, "log-in-refused")];
      if (sales.length + bound.length + sessions.length + guesses.length === 0 || !(await hasErased(tx, providerId)))
        return;
      await eraseGuessers(parties, tx, providerId, guesses);
      const sold = await eraseBuyers(parties, tx, providerId, sales);
      const isErased = await readErasedGrants(tx, providerId, [
        ...bound.map(({ record }) => record.grantId),
        ...sessions.flatMap(({ record }) => record.grantId ?? []),
      ]);
      const devices = bound.filter(({ record }) => isErased(record.grantId, timeOf(record)));
      await blankRecords(tx, providerId, [...sold, ...devices].map(placeOf));
      const begun = sessions.filter(({ record }) => {
        const { grantId, startedAtMs, clock } = record;
        return grantId !== null && isErased(grantId, clock === "unknown" ? null : startedAtMs);
      });
      await forgetDevices(
        tx,
        providerId,
        begun.map(({ siteId, record: { sessionKey } }) => ({ siteId, sessionKey })),
      );
    },
  };
}

type Sale = PlacedRecord<Extract<PlacedRecord["record"], { readonly kind: "cash-sale" }>>;

/** @returns the sales to somebody who was erased since */
async function eraseBuyers(
  parties: Parties,
  tx: Tx,
  providerId: string,
  sales: readonly Sale[],
): Promise<readonly Sale[]> {
  const named = sales.flatMap((sale) => {
    const { phone } = sale.record;
    return phone === undefined ? [] : [{ sale, buyer: parties.ofPhone(providerId, phone) }];
  });
  const erasedAt = await readErased(
    tx,
    providerId,
    named.map(({ buyer }) => buyer),
  );
  const gone = named.flatMap(({ sale, buyer }) => {
    const erasedAtMs = erasedAt(buyer);
    return erasedAtMs === null || (timeOf(sale.record) ?? 0) > erasedAtMs ? [] : [{ sale, erasedAtMs }];
  });
  if (gone.length === 0) return [];
  const sold = gone.map(({ sale }) => sale);
  await forgetBuyers(tx, providerId, sold.map(placeOf));
  await noteErasedGrants(
    tx,
    providerId,
    gone.map(({ sale, erasedAtMs }) => ({ grantId: sale.record.grant.grantId, erasedAtMs })),
  );
  return sold;
}

type Guess = PlacedRecord<Extract<PlacedRecord["record"], { readonly kind: "alarm" | "log-in-refused" }>>;

/** Who guessed codes, or was refused, with a device of somebody who was erased since. */
async function eraseGuessers(parties: Parties, tx: Tx, providerId: string, guesses: readonly Guess[]): Promise<void> {
  const named = guesses.flatMap((guess) => {
    const { record } = guess;
    const mac = record.kind === "alarm" ? record.fields.who : record.mac;
    return typeof mac === "string" ? [{ guess, mark: parties.ofDevice(providerId, mac) }] : [];
  });
  const untilMs = await readErasedDevices(
    tx,
    providerId,
    named.map(({ mark }) => mark),
  );
  const theirs = named.flatMap(({ guess, mark }) => {
    const goneMs = untilMs.get(mark);
    return goneMs === undefined || (timeOf(guess.record) ?? 0) > goneMs ? [] : [guess];
  });
  const placesOf = (kind: Guess["record"]["kind"]) => theirs.filter(({ record }) => record.kind === kind).map(placeOf);
  await forgetGuessers(tx, providerId, placesOf("alarm"));
  await forgetRefusals(tx, providerId, placesOf("log-in-refused"));
}
