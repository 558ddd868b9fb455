/**
 * The pictures that the feed's rows name by their hash: fetched over the link in pieces, kept on disk, and there without internet afterwards. What no
 * row names any more is deleted.
 *
 * Attackers. A hub that sends something else than the row named: the bytes must have the row's length, its hash and the beginning of its kind, or
 * they are thrown away. One that names too much: a site keeps 2 MB in all, and no picture of more than 40 KB. A disk that is full or damaged: a
 * picture is missing then, and the page goes on without.
 */
import { type BrandPicture, sitePicturesBytesMax } from "@karibu/protocol/brand/brand";
import { Fault } from "@karibu/protocol/fault";
import { sha256Hex } from "@karibu/protocol/hash";
import { bytes } from "@karibu/protocol/quantities";
import { fetchPicture, picturePieceBytes } from "@karibu/protocol/rpc/fetch-picture";
import type { World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import type { HubLink } from "../ground/hub-link.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { followFeed } from "../store/follow-feed.ts";
import { brandOf, noticesOf } from "./brand-rows.ts";

export interface BrandPictures {
  /** Is it here? */
  has(sha256: string): boolean;
  /** Null: it is not here, or was damaged; then it is fetched again. */
  read(sha256: string): Promise<Uint8Array | null>;
  /** Changes with the pictures that are here. */
  readonly version: number;
  start(): void;
  stop(): Promise<void>;
}

export interface BrandPictureParts {
  readonly folder: Folder;
  readonly feed: Pick<FeedStore, "rows" | "onChange">;
  readonly hub: Pick<HubLink, "call" | "state" | "onChange">;
}

const prefix = "pictures/";
const pieceMsMax = 60_000;
const retryMs = 60_000;
/** Each try fetches a picture over a link that may be paid by the megabyte. */
const diskRetryMs = 3_600_000;

export function createBrandPictures(world: World, { folder, feed, hub }: BrandPictureParts): BrandPictures {
  const here = new Set<string>();
  let version = 0;
  const follower = followFeed(world, {
    feed,
    hub,
    kinds: ["brand", "portal-notice"],
    look,
    failedEvent: "picture-look-failed",
    againMs: diskRetryMs,
  });

  async function look(): Promise<void> {
    const wanted = wantedPictures(feed);
    for (const name of await folder.list(prefix)) {
      const sha256 = name.slice(name.lastIndexOf("/") + 1);
      if (wanted.has(sha256)) note(sha256, true);
      else {
        await folder.remove(name);
        note(sha256, false);
      }
    }
    for (const picture of wanted.values()) {
      if (follower.signal.aborted || hub.state !== "connected") return; // `hub.onChange` continues
      if (here.has(picture.sha256)) continue;
      const content = await fetchWhole(picture).catch((error: unknown) => {
        if (!(error instanceof Fault)) throw error;
        return null;
      });
      if (content === null) follower.lookAfter(retryMs);
      else {
        await folder.replace(prefix + picture.sha256, content);
        note(picture.sha256, true);
      }
    }
  }

  function note(sha256: string, isHere: boolean): void {
    if (here.has(sha256) === isHere) return;
    if (isHere) here.add(sha256);
    else here.delete(sha256);
    version++;
  }

  /** Null: it is not what the row names. */
  async function fetchWhole(picture: BrandPicture): Promise<Uint8Array | null> {
    const { sha256 } = picture;
    const pieces: Buffer[] = [];
    for (let offset = 0; offset < picture.bytes; offset += picturePieceBytes) {
      const params = { sha256, offsetBytes: bytes(offset) };
      const { piece, totalBytes } = await hub.call(fetchPicture, params, pieceMsMax, follower.signal);
      const content = Buffer.from(piece, "base64");
      if (totalBytes !== picture.bytes || content.length !== Math.min(picturePieceBytes, picture.bytes - offset))
        return null;
      pieces.push(content);
    }
    const content = Buffer.concat(pieces);
    return isPicture(content, picture) ? content : null;
  }

  return {
    has: (sha256) => here.has(sha256),
    async read(sha256) {
      if (!here.has(sha256)) return null;
      const content = await folder.read(prefix + sha256).catch(() => null);
      if (content !== null && sha256Hex(content) === sha256) return content;
      await folder.remove(prefix + sha256).catch(() => {});
      note(sha256, false);
      follower.lookNow();
      return null;
    },
    get version() {
      return version;
    },
    start: () => follower.start(true),
    stop: follower.stop,
  };
}

/** By hash, as many as fit: the brand's own first. */
function wantedPictures(feed: Pick<FeedStore, "rows">): Map<string, BrandPicture> {
  const brand = brandOf(feed);
  const notices = noticesOf(feed).sort((a, b) => b.fromMs - a.fromMs);
  const wanted = new Map<string, BrandPicture>();
  let sum = 0;
  for (const picture of [brand?.logo, brand?.top, ...notices.map((notice) => notice.picture)]) {
    if (picture === undefined || wanted.has(picture.sha256) || sum + picture.bytes > sitePicturesBytesMax) continue;
    sum += picture.bytes;
    wanted.set(picture.sha256, picture);
  }
  return wanted;
}

const beginnings = { "image/png": "89504e470d0a1a0a", "image/jpeg": "ffd8ff" } as const;

const isPicture = (content: Buffer, { sha256, mediaType }: BrandPicture): boolean =>
  sha256Hex(content) === sha256 && content.toString("hex", 0, 8).startsWith(beginnings[mediaType]);
