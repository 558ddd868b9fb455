/**
 * The codes of other systems that the site knows: finds one by what somebody typed, offline. The rows keep 16 characters a code and this index four
 * bytes, and what a code has beyond its plan stands once, in its row: 100,000 codes cost some 2 MB.
 */
import type { ListedBatchBody, ListedCodesBody, ListedMore } from "@karibu/protocol/feed";
import type { VoucherRef } from "@karibu/protocol/grant-id";
import {
  listedCodesPerRow,
  listedHash,
  listedHashCharacters,
  listedText,
  showUnder,
} from "@karibu/protocol/listed-code";
import type { FeedStore } from "../../store/feed-store.ts";

export interface ListedCodes {
  /** Null: no list of this site has this code. */
  refOf(typed: string): VoucherRef | null;
  /** The code's batch; undefined: it is none of these. */
  batchOf(batchId: string): ListedBatchBody | undefined;
  /** What the code has beyond its batch. */
  moreOf(voucher: VoucherRef): ListedMore | undefined;
  /** The password of its own, shown by the code that was typed. Null: it has none. */
  passwordOf(voucher: VoucherRef, typed: string): string | null;
}

/** All batches of one takeover share their key: a typed code is hashed once for them. */
interface KeyIndex {
  readonly keyHex: string;
  /** The first 32 bits of each hash, in the order of `rows`. */
  readonly marks: Uint32Array;
  readonly rows: readonly {
    readonly from: number;
    readonly batchId: string;
    readonly serial: number;
    readonly hashes: string;
  }[];
}

export function createListedCodes(feed: Pick<FeedStore, "rows" | "onChange">): ListedCodes {
  let indexes: readonly KeyIndex[] | null = null;

  feed.onChange((rows) => {
    if (rows.some(({ kind }) => kind === "listed-batch" || kind === "listed-codes")) indexes = null;
  });

  const batchOf = (batchId: string) => feed.rows("listed-batch").get(batchId);
  const moreOf = ({ batchId, serial }: VoucherRef): ListedMore | undefined => {
    const row = feed.rows("listed-codes").get(`${batchId}.${Math.floor(serial / listedCodesPerRow)}`);
    return row?.more.find(({ at }) => at === serial % listedCodesPerRow);
  };

  return {
    batchOf,
    moreOf,
    refOf(typed) {
      if (feed.rows("listed-batch").size === 0) return null;
      indexes ??= indexesOf(feed.rows("listed-batch").values(), feed.rows("listed-codes"));
      const text = listedText(typed);
      for (const index of indexes) {
        const found = findIn(index, listedHash(index.keyHex, text));
        if (found !== null) return found;
      }
      return null;
    },
    passwordOf(voucher, typed) {
      const hidden = moreOf(voucher)?.password;
      const batch = batchOf(voucher.batchId);
      return hidden === undefined || batch === undefined
        ? null
        : showUnder(batch.keyHex, `password\n${listedText(typed)}`, hidden);
    },
  };
}

function findIn({ marks, rows }: KeyIndex, hash: string): VoucherRef | null {
  const mark = Buffer.from(hash, "base64url").readUInt32BE(0);
  for (let at = marks.indexOf(mark); at >= 0; at = marks.indexOf(mark, at + 1)) {
    const row = rows.findLast(({ from }) => from <= at);
    if (row === undefined) return null;
    const place = at - row.from;
    const here = row.hashes.slice(place * listedHashCharacters, (place + 1) * listedHashCharacters);
    if (here === hash) return { batchId: row.batchId, serial: row.serial + place };
  }
  return null;
}

function indexesOf(batches: Iterable<ListedBatchBody>, codes: ReadonlyMap<string, ListedCodesBody>): KeyIndex[] {
  const byKey = new Map<string, KeyIndex["rows"][number][]>();
  const keyOf = new Map<string, string>();
  for (const { batchId, keyHex } of batches) keyOf.set(batchId, keyHex);
  for (const [key, { batchId, hashes }] of codes) {
    const keyHex = keyOf.get(batchId);
    if (keyHex === undefined) continue; // the batch's own row comes later
    const rows = byKey.get(keyHex) ?? [];
    byKey.set(keyHex, rows);
    const last = rows.at(-1);
    const from = last === undefined ? 0 : last.from + last.hashes.length / listedHashCharacters;
    rows.push({ from, batchId, serial: Number(key.slice(key.lastIndexOf(".") + 1)) * listedCodesPerRow, hashes });
  }
  return [...byKey].map(([keyHex, rows]) => ({ keyHex, rows, marks: marksOf(rows) }));
}

function marksOf(rows: KeyIndex["rows"]): Uint32Array {
  const last = rows.at(-1);
  const marks = new Uint32Array(last === undefined ? 0 : last.from + last.hashes.length / listedHashCharacters);
  for (const { from, hashes } of rows) {
    const bytes = Buffer.from(hashes, "base64url");
    for (let place = 0; place < bytes.length / 12; place++) marks[from + place] = bytes.readUInt32BE(place * 12);
  }
  return marks;
}
