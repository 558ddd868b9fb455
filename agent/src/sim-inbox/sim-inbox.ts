/**
 * Reports what the router's SIM receives from M-Pesa, where the provider has switched it on for this site (feed row `sim-inbox`). The messages
 * stay on the SIM: nothing is ever removed there. While the hub is away they wait there too, and are reported in their order.
 */
import { type InboxState, reportInbox } from "@karibu/protocol/rpc/report-inbox";
import type { Timer, World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import type { HubLink } from "../ground/hub-link.ts";
import type { RouterControl, RouterInbox } from "../ground/router-control.ts";
import { type KeptDocument, openDocument } from "../store/document-file.ts";
import type { FeedStore } from "../store/feed-store.ts";
import type { InboxMemory } from "./inbox-policy.ts";

export interface SimInbox {
  /** Looks now. */
  look(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

interface SimInboxParts {
  readonly folder: Folder;
  readonly router: RouterControl | null;
  readonly feed: Pick<FeedStore, "rows" | "onChange">;
  readonly hub: Pick<HubLink, "state" | "call">;
}

/** Longer than the router's answers are remembered. */
const lookEveryMs = 40_000;
/** The hub hears that the SIM is read, also while nothing comes. */
const sayAgainMs = 3_600_000;
const callTimeoutMs = 15_000;
const fileName = "sim-inbox.json";

export function createSimInbox(world: World, { folder, router, feed, hub }: SimInboxParts): SimInbox {
  let file: KeptDocument<number, InboxMemory> | null = null;
  let memory: InboxMemory | null = null;
  let said: { readonly state: InboxState; readonly sinceMs: number; readonly atMs: number } | null = null;
  let timer: Timer | null = null;
  let isStarted = false;
  let stopListening = () => {};
  let looking: Promise<void> | null = null;

  async function keep(next: InboxMemory): Promise<void> {
    memory = next;
    await file?.save(next.sinceMs, next);
  }

  async function lookOnce(): Promise<void> {
    const wanted = feed.rows("sim-inbox").get("sim-inbox");
    if (wanted === undefined) return;
    const { readInboxOnce, remember } = await import("./inbox-policy.ts"); // few sites read their SIM
    if (file === null) {
      file = await openDocument<number, InboxMemory>(folder, fileName);
      memory = file.takeLoaded()?.body ?? null;
    }
    const inbox = await readRouter(wanted.sender);
    const reading = inbox.state === "reading" ? readInboxOnce(memory, wanted, inbox.messages) : null;
    if (reading?.memory != null) await keep(reading.memory);
    const report = reading?.report ?? [];
    const nowMs = world.clock.monotonicMs();
    const isSaid = said?.state === inbox.state && said.sinceMs === wanted.sinceMs && nowMs - said.atMs < sayAgainMs;
    if (hub.state !== "connected" || (report.length === 0 && isSaid)) return;
    const messages = report.map(({ message: { sender, text } }) => ({ sender, text }));
    const { taken } = await hub.call(reportInbox, { state: inbox.state, messages }, callTimeoutMs);
    said = { state: inbox.state, sinceMs: wanted.sinceMs, atMs: nowMs };
    if (memory !== null && taken > 0) await keep(remember(memory, report.slice(0, taken)));
  }

  async function readRouter(sender: string): Promise<RouterInbox> {
    const read = router?.inbox?.bind(router);
    if (read === undefined) return { state: "no-menu", messages: [] };
    return read(sender).catch((error: unknown) => {
      world.log.debug("inbox-not-read", { error: String(error) });
      return { state: "away" as const, messages: [] };
    });
  }

  /** One at a time, so that nothing is reported twice. */
  function look(): Promise<void> {
    looking ??= lookOnce().finally(() => {
      looking = null;
    });
    return looking;
  }

  /** Only where the provider wants it: a row that comes begins it. */
  function scheduleNext(): void {
    if (!isStarted || timer !== null || feed.rows("sim-inbox").get("sim-inbox") === undefined) return;
    timer = world.clock.after(lookEveryMs, () => {
      void look()
        // The hub is away, or the disk refuses: the messages are still on the SIM.
        .catch((error: unknown) => world.log.warn("inbox-not-reported", { error: String(error) }))
        .finally(() => {
          timer = null;
          scheduleNext();
        });
    });
  }

  return {
    look,
    start() {
      isStarted = true;
      stopListening = feed.onChange(scheduleNext);
      scheduleNext();
    },
    async stop() {
      isStarted = false;
      stopListening();
      timer?.cancel();
      timer = null;
      await looking?.catch(() => {});
    },
  };
}
