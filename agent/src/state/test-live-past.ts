/**
 * A process of its own that prints how many bytes of live heap a site's past takes: of 10,000 sessions that ended, each with a grant and a device of
 * its own. `restarted`: as a start reads it from the snapshot. `lived`: as it came. Needs `--expose-gc`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { fileVoucherGrantId } from "@karibu/protocol/grant-id";
import { shortHash } from "@karibu/protocol/hash";
import type { JournalRecord } from "@karibu/protocol/journal/record";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { seconds, unixMs } from "@karibu/protocol/quantities";
import { createNodeFolder } from "../ground/files/node-folder.ts";
import { openSnapshot } from "../store/snapshot.ts";
import { liveBytes } from "../store/test-live-bytes.ts";
import { applyRecord } from "./apply-record.ts";
import { emptyState, type SiteState } from "./site-state.ts";
import { openState } from "./state-keeper.ts";
import { type StateSnapshot, snapshotOf } from "./state-snapshot.ts";

const sessions = 10_000;
const beganMs = Date.UTC(2026, 10, 20, 12);

/** Each record is read from JSON, so that it shares no text with another one. */
function live(state: SiteState): void {
  let seq = 0;
  const apply = (event: object, atMs: number): void => {
    const stamp = { seq: ++seq, atMs, clock: "synced", upMs: seq };
    applyRecord(state, JSON.parse(JSON.stringify({ ...stamp, ...event })) as JournalRecord);
  };
  for (let number = 0; number < sessions; number++) {
    const atMs = beganMs + 1000 * number;
    const user = String(10_000_000 + 4397 * number);
    const grantId = fileVoucherGrantId(shortHash(user));
    const mac = `02:00:00:${number
      .toString(16)
      .toUpperCase()
      .padStart(6, "0")
      .replace(/..(?!$)/g, "$&:")}`;
    const startedAtMs = unixMs(atMs);
    const terms = { ...unlimitedTerms, validitySeconds: seconds(86_400), devices: 1 };
    const grant = {
      grantId,
      origin: "voucher",
      planName: "A day for one device",
      terms,
      startedAtMs,
      endsAtMs: atMs + 86_400_000,
    };
    const sessionId = (0x80000000 + number).toString(16);
    const [nas, router, address] = ["router", "10.5.0.1", `10.5.${number >> 8}.${number & 255}`];
    const sessionKey = `${router}/${sessionId}/${atMs}`;
    const used = { inputBytes: 1_000_000 + number, outputBytes: 5_000_000_000 + number, onlineSeconds: 3000 };
    const events: object[] = [
      { kind: "grant-started", grant: { ...grant, revokedAtMs: null, unverified: false }, voucher: null },
      { kind: "device-bound", grantId, device: `mac.${mac}`, mac, replaces: null },
      { kind: "session-started", sessionKey, sessionId, nas, router, grantId, user, mac, address, startedAtMs },
      { kind: "session-stopped", sessionKey, stoppedAtMs: atMs + 3_000_000, cause: "user-request", ...used },
    ];
    for (const event of events) apply(event, atMs);
  }
}

async function saveIn(data: string): Promise<void> {
  const world = createSimulatedWorld();
  const folder = createNodeFolder(data);
  const { journal } = await openState(world, folder, stamp);
  const point = { epoch: journal.epoch, seq: journal.lastSeq };
  await journal.close();
  const state = emptyState();
  live(state);
  await (await openSnapshot<StateSnapshot>(folder)).save(point, snapshotOf(state));
}

const stamp = () => ({ atMs: unixMs(beganMs), clock: "synced" as const, upMs: 0 });

const data = mkdtempSync(join(tmpdir(), "karibu-live-past-"));
try {
  // Once without counting: what was compiled and kept for the first time is no site's.
  await saveIn(data);
  const warm = await openState(createSimulatedWorld(), createNodeFolder(data), stamp);
  await warm.journal.close();
  live(emptyState());
  const world = createSimulatedWorld();
  const figures: Record<string, number> = {};
  {
    const before = await liveBytes();
    const state = emptyState();
    live(state);
    figures.lived = ((await liveBytes()) - before) / state.grants.size;
  }
  {
    const before = await liveBytes();
    const keeper = await openState(world, createNodeFolder(data), stamp);
    figures.restarted = ((await liveBytes()) - before) / keeper.state.grants.size;
    await keeper.journal.close();
  }
  process.stdout.write(JSON.stringify(figures));
} finally {
  rmSync(data, { recursive: true, force: true });
}
