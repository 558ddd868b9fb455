/** What becomes of a row that a site gives back after a restore. Pure: the shell reads the facts and does what is decided. */
import type { FeedRow } from "@karibu/protocol/feed";

/** As the site is told: see `rpc/give-back.ts`. */
export type Verdict = "taken" | "kept" | "gone";

export type ReturnReason =
  /** It was lost, and is here again. */
  | "lost"
  /** It takes a right away that the back-up still had. */
  | "revoked-again"
  /** This hub did not sign it, or not for this site, this provider or this content. */
  | "unsigned"
  /** The hub has the row, as it was or newer. */
  | "older"
  /** The hub ended it after that. */
  | "ended"
  /** Of a batch, a sale or a grant that the hub does not have. */
  | "unknown"
  /** Its row does not say what it costs: it is of a hub of before this release. */
  | "no-price"
  /** A grant whose lease moved after the back-up. */
  | "lease-moved"
  /** More than a site may give back: hubs of before wrote each such row down. */
  | "limit";

export type ReturnPlan =
  | { readonly do: "adopt" }
  | { readonly do: "tighten" }
  | { readonly do: "refuse"; readonly verdict: "kept" | "gone"; readonly reason: ReturnReason };

export interface PresentRow {
  readonly version: number;
  readonly isTombstone: boolean;
  readonly changedAtMs: number;
  /** Of a batch: up to which version the hub knows it, by its back-up or by the signed row that it took back. Null: by neither. */
  readonly restoredVersion: number | null;
  /** Of a batch: when it was last switched on or off here. */
  readonly switchedAtMs: number | null;
}

export interface ReturnFacts {
  /** The version that the hub signed; null: it did not sign this row for this place. */
  readonly signedVersion: number | null;
  /** The row that the hub has under this key. */
  readonly present: PresentRow | null;
  /** Tombstones of the scope up to this version have been deleted. */
  readonly horizon: number;
  /** What was decided about this key before, by whichever site's offer; null: nothing. */
  readonly before: Verdict | null;
  readonly restoredAtMs: number;
}

const refuse = (verdict: "kept" | "gone", reason: ReturnReason): ReturnPlan => ({ do: "refuse", verdict, reason });

/**
 * A signed row (`follow`, `batch`, `grant`). The hub's database knows every row up to its back-up: what it has no row and no
 * tombstone of was published after that, unless tombstones so old were deleted. Between a tombstone and a signed row the later counts;
 * a tombstone of after the restore is later than anything that was lost.
 */
export function judgeSigned(
  row: FeedRow,
  { signedVersion, present, horizon, before, restoredAtMs }: ReturnFacts,
): ReturnPlan {
  if (signedVersion === null) return refuse("kept", "unsigned");
  if (before === "gone") return refuse("gone", "ended");
  if (present === null) {
    // It was taken back once and has been deleted since: a replay.
    if (before === "taken" || signedVersion <= horizon) return refuse("gone", "ended");
    return { do: "adopt" };
  }
  const isSince = present.changedAtMs >= restoredAtMs;
  if (present.isTombstone) {
    return isSince || signedVersion <= present.version ? refuse("gone", "ended") : { do: "adopt" };
  }
  return takesAway(row, isOlder(signedVersion, present, restoredAtMs)) ? { do: "tighten" } : refuse("gone", "older");
}

/**
 * Only who switched the batch after the restore decided later than what was lost. Rows that the hub publishes by itself, because a site gave
 * the batch back or needs it once more, decide nothing: else whoever gives back an old row first would undo that the batch is off.
 */
function isOlder(signedVersion: number, present: PresentRow, restoredAtMs: number): boolean {
  const { version, changedAtMs, restoredVersion, switchedAtMs } = present;
  if (switchedAtMs !== null && switchedAtMs >= restoredAtMs) return true;
  const knownVersion = restoredVersion ?? (changedAtMs < restoredAtMs ? version : null);
  return knownVersion === null || signedVersion <= knownVersion;
}

/** A revoked grant stays revoked, whichever row is later; a batch that is off may be switched on again. */
function takesAway(row: FeedRow, isOld: boolean): boolean {
  if (row.kind === "grant") return row.body?.grant.revokedAtMs != null;
  return row.kind === "batch" && row.body?.active === false && !isOld;
}

/**
 * A row that only takes a right away (`voucher`, `cash-sale`), and bears no sign: a site could as well write in its journal that the code was
 * used. So only the site is believed that sells them.
 */
export function judgeRevocation(
  isSellersOwn: boolean,
  { present, restoredAtMs }: Pick<ReturnFacts, "present" | "restoredAtMs">,
): ReturnPlan {
  if (!isSellersOwn) return refuse("kept", "unknown");
  if (present === null) return { do: "tighten" };
  if (!present.isTombstone) return refuse("gone", "older");
  return present.changedAtMs >= restoredAtMs ? refuse("gone", "ended") : { do: "tighten" };
}
