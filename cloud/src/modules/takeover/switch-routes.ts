/**
 * `/api/v1/takeovers/{takeoverId}/…`: the shadow run, the switch and the way back.
 *
 * Who attacks it: somebody with another's session (a fresh second factor is asked), somebody who repeats an old order (it names no state that the site is not
 * in), and a hub that lies to its site (the agent makes every sentence itself, see its `takeover/switch.ts`).
 *
 * A try that the site refuses leaves the lists as they were: what stands in its way is asked before they follow the router.
 */
import { unixMs } from "@karibu/protocol/quantities";
import { type ShadowReport, shadowKinds, shadowRun } from "@karibu/protocol/rpc/shadow-run";
import { type SwitchState, switchTakeover } from "@karibu/protocol/rpc/switch-takeover";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { takeoverView, viewOfTakeover } from "./apply-routes.ts";
import { switchedBy } from "./foreign-book.ts";
import { lacks, lacksOf, percentOf } from "./readiness.ts";
import { refreshTakeover, untilApplied } from "./refresh.ts";
import { noteShadowEnd, orderShadow } from "./shadow-rest.ts";
import { isBefore, ofSite, settleSwitch, showsOldSystem } from "./switch-outcome.ts";
import {
  lockUnswitched,
  readTakeover,
  setTakeover,
  type TakeoverParts,
  type TakeoverRow,
  wrongState,
} from "./takeovers.ts";
import { isBeingWithdrawn, withdrawHeard } from "./withdraw.ts";

const count = z.number().int();
const text = z.string();

export const shadowView = z.object({
  sinceMs: count.nullable(),
  readAtMs: count.nullable(),
  problem: text.nullable(),
  seen: count,
  same: count,
  /** Null: nothing was seen yet. */
  percent: count.nullable(),
  /** What speaks against the switch; empty: it is ready. */
  lacks: z.array(z.enum(lacks)),
  differences: z.array(
    z.object({
      kind: z.enum(shadowKinds),
      atMs: count,
      user: text,
      mac: text.nullable(),
      reason: text.nullable(),
      theirs: count.nullable(),
      ours: count.nullable(),
    }),
  ),
});

export const switchView = z.object({
  kind: z.enum(["before", "karibu", "working", "refused", "failed", "undone"]),
  why: text.nullable(),
  users: count,
  kept: count,
  adopted: count,
  strangers: count,
});

const askMs = 15_000;
/** An order in safe mode may wait for the router a minute; it goes on by itself and is asked for again. */
const orderMs = 20_000;
const dayMs = 86_400_000;

export function switchRoutes(parts: TakeoverParts) {
  const { world, call } = parts;
  const one = z.object({ takeoverId: z.string().min(1).max(128) });

  const askShadow = (siteId: string, what: "stop" | "read") => ofSite(call(siteId, shadowRun, { do: what }, askMs));
  const askSwitch = (siteId: string, to: "karibu" | "before" | "read", actor: string, more: { check?: true } = {}) =>
    ofSite(
      call(
        siteId,
        switchTakeover,
        { to, actor, ...more, expiresAtMs: unixMs(world.clock.wall().atMs + orderMs) },
        orderMs,
      ),
    );

  return [
    route({
      method: "GET",
      path: "/api/v1/takeovers/{takeoverId}/shadow",
      summary:
        "The shadow run at the site: what Karibu would have decided of each log-in, and what speaks against the switch",
      permission: "takeovers.manage",
      params: one,
      response: shadowView,
      handle: async ({ params: { takeoverId }, transact }) => {
        const row = await transact((tx) => readTakeover(tx, takeoverId));
        return viewOfShadow(await askShadow(row.siteId, "read"), world.clock.wall().atMs);
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/takeovers/{takeoverId}/shadow",
      summary: "Start or stop the shadow run: the router is only read",
      permission: "takeovers.manage",
      params: one,
      body: z.strictObject({ do: z.enum(["start", "stop"]) }),
      response: shadowView,
      handle: async ({ params: { takeoverId }, body, transact }) => {
        const row = await transact((tx) => readTakeover(tx, takeoverId));
        if (row.state !== "applied") throw wrongState();
        if (body.do === "start") {
          refuseBySetUp(row);
          // A code whose list is on its way would count as one that no list has.
          await untilApplied(parts, transact, takeoverId, row.siteId);
        }
        const tell = () => call(row.siteId, shadowRun, { do: body.do }, askMs);
        const report = await ofSite(orderShadow(transact, row, body.do, tell));
        return viewOfShadow(report, world.clock.wall().atMs);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/takeovers/{takeoverId}/switch",
      summary: "How far the switch is at the site",
      permission: "takeovers.manage",
      params: one,
      response: switchView,
      handle: async ({ params: { takeoverId }, actor, providerId, transact }) => {
        const row = await transact((tx) => readTakeover(tx, takeoverId));
        const at = await askSwitch(row.siteId, "read", actor.name);
        if (row.state === "switched" && row.settledAtMs === null)
          await transact((tx) => settleSwitch(parts, tx, providerId, takeoverId, at));
        return viewOfSwitch(at);
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/takeovers/{takeoverId}/switch",
      summary:
        "Switch the site's hotspot to Karibu: the lists follow the router once more, nobody is logged out, and it can be switched back until the chosen day",
      permission: "takeovers.manage",
      freshFactor: true,
      params: one,
      body: z.strictObject({
        /** Needed where the shadow run speaks against it. */
        reason: z.string().trim().max(300).default(""),
        /** It can be switched back for so many days. */
        backDays: count.min(1).max(60).default(14),
      }),
      response: z.object({ takeover: takeoverView, at: switchView }),
      handle: async ({ params: { takeoverId }, body, actor, providerId, transact }) => {
        const row = await transact((tx) => readTakeover(tx, takeoverId));
        if (row.state === "withdrawn") throw wrongState();
        refuseBySetUp(row);
        const report = await askShadow(row.siteId, "read");
        const nowMs = world.clock.wall().atMs;
        const against = lacksOf(report, nowMs);
        if (row.state === "applied" && against.length > 0 && body.reason.length < 3)
          throw refusal("reason-needed", {
            field: "reason",
          });
        // Once users are put aside the router no longer shows what the old system would say.
        // What it does not know yet it can't find among the router's users.
        await untilApplied(parts, transact, takeoverId, row.siteId);
        const at = await askSwitch(row.siteId, "read", actor.name, { check: true });
        if (at.hindrance !== undefined) throw refusal("switch-refused", { rule: "router-says", value: at.hindrance });
        if (showsOldSystem(at)) {
          const isSo = async () => showsOldSystem(await askSwitch(row.siteId, "read", actor.name));
          await refreshTakeover(parts, transact, providerId, row, isSo);
        }
        await transact((tx) => noteOrder(tx, row, nowMs));
        const answer = await askSwitch(row.siteId, "karibu", actor.name);
        refuseIfRefused(answer);
        await askShadow(row.siteId, "stop")
          .then(() => transact((tx) => noteShadowEnd(tx, row)))
          .catch(() => {});
        const { seen, same, sinceMs } = report;
        const takeover = await transact(async (tx) => {
          const now = await readTakeover(tx, takeoverId, true);
          if (now.state !== "applied") return now;
          await parts.emit(tx, providerId, { topic: "site", id: row.siteId, action: "takeover" });
          return setTakeover(tx, takeoverId, {
            state: "switched",
            settledAtMs: answer.kind === "karibu" ? nowMs : null,
            switchedAtMs: nowMs,
            backUntilMs: nowMs + body.backDays * dayMs,
            readiness: { seen, same, sinceMs, reason: body.reason },
          });
        });
        if (takeover.state === "withdrawn") {
          // Somebody withdrew it in that moment: the old system knows the codes still.
          await askSwitch(row.siteId, "before", actor.name);
          throw wrongState();
        }
        return { takeover: viewOfTakeover(takeover), at: viewOfSwitch(answer) };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/takeovers/{takeoverId}/back",
      summary:
        "Switch back to the old system: what was put aside at the router stands again as it was; what was used up here stays aside",
      permission: "takeovers.manage",
      freshFactor: true,
      params: one,
      body: null,
      response: z.object({ takeover: takeoverView, at: switchView }),
      handle: async ({ params: { takeoverId }, actor, providerId, transact }) => {
        const row = await transact((tx) => readTakeover(tx, takeoverId));
        // A switch that failed half-way, or whose answer was lost, is taken back too: users may stand aside.
        if (row.state === "withdrawn" || row.switchedAtMs === null) throw wrongState();
        if (row.backUntilMs !== null && world.clock.wall().atMs > row.backUntilMs) throw refusal("back-is-over");
        const answer = await askSwitch(row.siteId, "before", actor.name);
        refuseIfRefused(answer);
        const takeover = await transact(async (tx) => {
          const now = await readTakeover(tx, takeoverId, true);
          // Withdrawn, or switched again, while the site was asked.
          if (now.state === "withdrawn" || now.switchedAtMs !== row.switchedAtMs) throw wrongState();
          await parts.emit(tx, providerId, { topic: "site", id: row.siteId, action: "takeover" });
          return setTakeover(tx, takeoverId, { state: "applied" });
        });
        return { takeover: viewOfTakeover(takeover), at: viewOfSwitch(answer) };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/takeovers/{takeoverId}/withdraw",
      summary:
        "Withdraw a takeover that is not switched, once the site has told all that began: its codes and its unused plans are gone, here and at the site",
      permission: "takeovers.manage",
      freshFactor: true,
      params: one,
      body: null,
      response: takeoverView,
      handle: async ({ params: { takeoverId }, actor, providerId, transact }) => {
        const row = await transact((tx) => readTakeover(tx, takeoverId));
        // A switch was ordered before: no user may still stand aside, for then nobody would know his code.
        if (row.switchedAtMs !== null) {
          const at = await askSwitch(row.siteId, "read", actor.name);
          if (!isBefore(at)) throw wrongState();
        }
        return viewOfTakeover(await withdrawHeard(parts, transact, providerId, row));
      },
    }),
  ];
}

function refuseBySetUp({ source }: TakeoverRow): void {
  if (switchedBy[source] === "set-up") throw refusal("switched-by-set-up");
}

/**
 * From here on users may stand aside at the router, whatever the site's answer says, or whether one comes. Throws Problem 409 "takeover-state", also where
 * somebody switched it, or back, since the order began.
 */
async function noteOrder(tx: Tx, began: TakeoverRow, atMs: number): Promise<void> {
  const row = await lockUnswitched(tx, began);
  if (row.state === "withdrawn" || isBeingWithdrawn(row, atMs)) throw wrongState();
  if (row.state === "applied")
    await setTakeover(tx, row.takeoverId, { switchedAtMs: Math.max(atMs, (row.switchedAtMs ?? 0) + 1) });
}

function refuseIfRefused({ kind, why }: SwitchState): void {
  if (kind === "refused" || kind === "failed" || kind === "undone")
    throw refusal("switch-refused", why == null ? {} : { rule: "router-says", value: why });
}

function viewOfShadow(report: ShadowReport, nowMs: number): z.input<typeof shadowView> {
  const differences = report.differences.map((each) => ({
    ...each,
    reason: each.reason ?? null,
    theirs: each.theirs ?? null,
    ours: each.ours ?? null,
  }));
  return { ...report, differences, percent: percentOf(report), lacks: lacksOf(report, nowMs) };
}

const viewOfSwitch = ({ why, hindrance: _, ...state }: SwitchState): z.input<typeof switchView> => ({
  ...state,
  why: why ?? null,
});
