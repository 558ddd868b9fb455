/**
 * After a restore of the hub: gives back what this site holds and the restored hub did not name. First all snapshots must be here, and the
 * hub must have the journal, so that it knows what was used. Until it has spoken, and where it can't take a row, the row counts on here.
 */
import type { FeedRow, Scope } from "@karibu/protocol/feed";
import { giveBack, giveBackMax } from "@karibu/protocol/rpc/give-back";
import type { Timer, World } from "@karibu/protocol/world";
import type { HubLink } from "../ground/hub-link.ts";
import type { Journal } from "../journal/journal.ts";
import type { RowName } from "../store/feed-rows.ts";
import type { FeedStore } from "../store/feed-store.ts";

export interface GivingBack {
  /** From now on this hub is told. */
  follow(hub: Pick<HubLink, "state" | "call" | "onChange">): void;
  stop(): void;
}

export interface GivingBackParts {
  readonly feed: Pick<FeedStore, "generation" | "isReturning" | "isComplete" | "kept" | "applyVerdicts">;
  readonly journal: Pick<Journal, "lastSeq" | "ackedSeq">;
}

const lookMs = 500;
const againMs = 60_000;
const answerMsMax = 60_000;

interface Page {
  readonly scope: Scope;
  readonly rows: readonly FeedRow[];
}

export function createGivingBack(
  { clock, log }: Pick<World, "clock" | "log">,
  { feed, journal }: GivingBackParts,
): GivingBack {
  let hub: Pick<HubLink, "state" | "call" | "onChange"> | null = null;
  let timer: Timer | null = null;
  let isTelling = false;
  let stopped = false;
  /** What the journal had when the link came up: the hub must know it first. */
  let owedSeq = 0;

  function look(afterMs = 0): void {
    timer?.cancel();
    timer = clock.after(afterMs, () => {
      if (stopped || isTelling || hub?.state !== "connected" || !feed.isReturning) return;
      if (!feed.isComplete || journal.ackedSeq < owedSeq) return look(lookMs);
      isTelling = true;
      const told = tell(hub).catch((error: unknown) => {
        log.warn("not-given-back", { error: String(error) });
        return false;
      });
      void told.then((isDone) => {
        isTelling = false;
        if (!isDone) look(againMs);
      });
    });
  }

  /** False: another restore came meanwhile. */
  async function tell(to: Pick<HubLink, "call">): Promise<boolean> {
    const { generation } = feed;
    if (generation === null) return false;
    const pages = pagesOf(feed.kept());
    let left = pages.reduce((sum, { rows }) => sum + rows.length, 0);
    const counts = { taken: 0, gone: 0, kept: 0 };
    for (const { scope, rows } of pages) {
      left -= rows.length;
      const batchId = scope === "site" ? null : scope.slice("batch:".length);
      const { verdicts } = await to.call(giveBack, { generation, batchId, rows: [...rows], left }, answerMsMax);
      if (stopped || feed.generation !== generation) return false;
      const named = (verdict: (typeof verdicts)[number]) =>
        rows.filter((_, index) => verdicts[index] === verdict).map((row) => nameOf(scope, row));
      for (const verdict of verdicts) counts[verdict]++;
      await applyVerdicts(scope, named("taken"), named("gone"), left === 0);
    }
    log.info("given-back", counts);
    return true;
  }

  /** A `follow` row is kept in the site's own scope. */
  async function applyVerdicts(scope: Scope, taken: readonly RowName[], gone: readonly RowName[], done: boolean) {
    const isFollow = (name: RowName) => name.startsWith("follow ");
    const others = { taken: taken.filter((name) => !isFollow(name)), gone: gone.filter((name) => !isFollow(name)) };
    const follows = { taken: taken.filter(isFollow), gone: gone.filter(isFollow) };
    if (follows.taken.length + follows.gone.length > 0)
      await feed.applyVerdicts({ scope: "site", ...follows, done: false });
    await feed.applyVerdicts({ scope, ...others, done });
  }

  return {
    follow(followed) {
      hub = followed;
      const begin = () => {
        owedSeq = journal.lastSeq;
        look();
      };
      hub.onChange(begin);
      begin();
    },
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}

/** At least one page, so that the hub learns that nothing is left. */
export function pagesOf(kept: readonly Page[]): readonly Page[] {
  const pages: { readonly scope: Scope; readonly rows: FeedRow[] }[] = [];
  for (const { scope, rows } of kept) {
    let bytes = Number.POSITIVE_INFINITY;
    for (const row of rows) {
      const rowBytes = Buffer.byteLength(JSON.stringify(row));
      const last = pages.at(-1);
      if (last === undefined || bytes + rowBytes > giveBackMax.bytes || last.rows.length >= giveBackMax.rows) {
        pages.push({ scope, rows: [row] });
        bytes = rowBytes;
      } else {
        last.rows.push(row);
        bytes += rowBytes;
      }
    }
  }
  return pages.length === 0 ? [{ scope: "site", rows: [] }] : pages;
}

/** As the store names it: a voucher's serial is unique only within its batch. */
function nameOf(scope: Scope, { kind, key }: FeedRow): RowName {
  return `${kind} ${kind === "voucher" ? `${scope.slice("batch:".length)}/${key}` : key}`;
}
