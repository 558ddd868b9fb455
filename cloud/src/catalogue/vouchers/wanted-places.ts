/**
 * Which places (batch and serial) of some spans a list of vouchers wants: by state, by having no end, by a part of the code. Codes are computed only
 * where nothing else decides.
 */
import { normaliseVoucherCode } from "@karibu/protocol/codes/voucher-code";
import { sleep } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { contains } from "../../ground/lists/list.ts";
import { endAsItStands } from "../grants/paused-time.ts";
import { stateOfVoucher, type VoucherState } from "./batch-policy.ts";
import type { BatchRow, VoucherShop } from "./batches.ts";
import { mayHold } from "./code-part.ts";
import { codeShownTo } from "./masked-code.ts";
import { statesOff } from "./voucher-exceptions.ts";
import { idAt, type Place } from "./voucher-facts.ts";
import { readCodes, serialsAfter } from "./vouchers.ts";

/** What a place must be, to be in the list. */
export interface Wanted {
  readonly state: VoucherState | undefined;
  /** Those that have an end stood before. */
  readonly isWithoutEnd: boolean;
  /** Of the plan's name, or of the code. */
  readonly text: string;
  /** The text as a part of a code; null: it is none, and the batches were chosen by it. */
  readonly part: string | null;
  readonly actor: Actor;
  /** Codes that may still be computed. */
  readonly budget: { left: number };
  readonly nowMs: number;
}

/** Serials of a batch after `after` and up to `last`. */
export interface Span {
  readonly batch: BatchRow;
  readonly after: number;
  readonly last: number;
}

interface WantedPlaces {
  readonly places: readonly Place[];
  /** The first place that was not looked at, because no more codes may be computed. */
  readonly stoppedAt: Place | null;
}

/** Codes whose text is read at once. */
const chunkCodes = 1000;
/** So many at once: 4 ms, so that other requests can run. */
const sliceCodes = 75;

/** The places of these spans that are wanted, in their order. */
export async function wantedPlacesIn(
  shop: VoucherShop,
  tx: Tx,
  spans: readonly Span[],
  wanted: Wanted,
): Promise<WantedPlaces> {
  const { state, isWithoutEnd, part } = wanted;
  const all = spans.flatMap(placesOf);
  if (all.length === 0 || (state === undefined && !isWithoutEnd && part === null))
    return { places: all, stoppedAt: null };
  const reported = await readReported(tx, spans);
  const inState = all.filter((place) => isInState(place, reported, wanted));
  if (part === null) return { places: inState, stoppedAt: null };
  return placesWithText(shop, tx, inState, { ...wanted, part, firstUses: reported.firstUses });
}

const placesOf = ({ batch, after, last }: Span): Place[] =>
  serialsAfter(batch, after, last - after)
    .filter((serial) => serial <= last)
    .map((serial) => ({ batch, serial }));

const idOf = ({ batchId, serial }: { readonly batchId: string; readonly serial: number }) => `${batchId}.${serial}`;

type Reported = Awaited<ReturnType<typeof readReported>>;

/** What is known of these spans beside their batches. */
async function readReported(tx: Tx, spans: readonly Span[]) {
  const range = {
    batchIds: spans.map(({ batch }) => batch.batchId),
    after: Math.min(...spans.map(({ after }) => after)),
    last: Math.max(...spans.map(({ last }) => last)),
  };
  const switchedOff = await tx
    .selectFrom("voucher_exceptions")
    .select(["batchId", "serial"])
    .where("batchId", "in", range.batchIds)
    .where("state", "in", statesOff)
    .where("serial", ">", range.after)
    .where("serial", "<=", range.last)
    .execute();
  return {
    switchedOff: new Set(switchedOff.map(idOf)),
    firstUses: new Map((await readUsesLastFirst(tx, range)).map((use) => [idOf(use), use])),
  };
}

/** In this order the first use of each is what remains in a map. */
function readUsesLastFirst(tx: Tx, range: { batchIds: readonly string[]; after: number; last: number }) {
  return tx
    .selectFrom("voucher_redemptions as redemption")
    .innerJoin("grant_starts as start", (join) =>
      join
        .onRef("start.providerId", "=", "redemption.providerId")
        .onRef("start.grantId", "=", "redemption.grantId")
        .onRef("start.siteId", "=", "redemption.siteId"),
    )
    .select(["redemption.batchId", "redemption.serial", "start.startedAtMs", "start.endsAtMs"])
    .select(endAsItStands("start").as("overAtMs"))
    .where("redemption.batchId", "in", range.batchIds)
    .where("redemption.serial", ">", range.after)
    .where("redemption.serial", "<=", range.last)
    .orderBy("start.startedAtMs", "desc")
    .execute();
}

function isInState(place: Place, { switchedOff, firstUses }: Reported, wanted: Wanted): boolean {
  const { state, isWithoutEnd, nowMs } = wanted;
  const { active, expiresAtMs } = place.batch;
  const use = firstUses.get(idAt(place));
  if (isWithoutEnd && use?.endsAtMs != null) return false;
  if (state === undefined) return true;
  const times = { redeemedAtMs: use?.startedAtMs ?? null, endsAtMs: use?.overAtMs ?? null };
  const isDisabled = !active || switchedOff.has(idAt(place));
  return stateOfVoucher({ ...times, isDisabled, batchExpiresAtMs: expiresAtMs }, nowMs) === state;
}

type WantedText = Pick<Wanted, "text" | "actor" | "budget"> & Pick<Reported, "firstUses"> & { readonly part: string };

/** Those with the text in their plan's name or their code, up to the first whose code may not be computed any more. */
async function placesWithText(
  shop: VoucherShop,
  tx: Tx,
  places: readonly Place[],
  { text, part, actor, budget, firstUses }: WantedText,
): Promise<WantedPlaces> {
  const named = await batchesNamedLike(tx, text, [...new Set(places.map(({ batch }) => batch.batchId))]);
  const toCompute = places.filter(({ batch }) => !named.has(batch.batchId) && mayHold(batch, part));
  const computed = toCompute.slice(0, budget.left);
  budget.left -= computed.length;
  const stoppedAt = toCompute[computed.length] ?? null;
  const holding = await placesWhoseCode(shop, tx, computed, (place, code) => {
    const shown = codeShownTo(actor, { code, batch: place.batch, isUsed: firstUses.has(idAt(place)) });
    return normaliseVoucherCode(shown).includes(part);
  });
  const reached = stoppedAt === null ? places : places.slice(0, places.indexOf(stoppedAt));
  return { places: reached.filter((place) => named.has(place.batch.batchId) || holding.has(place)), stoppedAt };
}

async function batchesNamedLike(tx: Tx, text: string, batchIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (batchIds.length === 0) return new Set();
  const rows = await tx
    .selectFrom("voucher_batches")
    .select("batchId")
    .where("batchId", "in", batchIds)
    .where(isNamedLike(text))
    .execute();
  return new Set(rows.map((row) => row.batchId));
}

/** Of a batch: its plan's name has the text. */
export const isNamedLike = (text: string) => contains([sql.ref("planName")], text);

/** Those of the places whose code the test lets through. */
async function placesWhoseCode(
  shop: VoucherShop,
  tx: Tx,
  places: readonly Place[],
  isIt: (place: Place, code: string) => boolean,
): Promise<ReadonlySet<Place>> {
  const found = new Set<Place>();
  for (let from = 0; from < places.length; from += chunkCodes) {
    const chunk = places.slice(from, from + chunkCodes);
    const codeOf = await readCodes(shop.envelope, tx, chunk);
    for (const [index, place] of chunk.entries()) {
      if (isIt(place, codeOf(place.batch.batchId, place.serial))) found.add(place);
      if (index % sliceCodes === sliceCodes - 1) await sleep(shop.world.clock, 0);
    }
  }
  return found;
}
