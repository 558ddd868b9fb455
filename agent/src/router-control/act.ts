/**
 * Carries out the hub's orders, one after the other: checked by the agent's own list, read back, never done twice. What may have reached the
 * router without an answer is proved by reading back, or is `unknown`.
 */
import { Fault } from "@karibu/protocol/fault";
import type { RouterAction } from "@karibu/protocol/router/router-actions";
import type { RouterRow } from "@karibu/protocol/router/router-views";
import { sleep, type World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import type { HubLink } from "../ground/hub-link.ts";
import type { LiveRouter, RouterCommandOptions } from "../ground/live-router.ts";
import { RouterTrap } from "../routeros/router-api.ts";
import { type ActionPlan, planAction, type RowPlan } from "./action-plans.ts";
import { rowText } from "./cut-rows.ts";
import { type KnownNames, orderExpired, refusedName, refusedText } from "./judge-order.ts";
import type { Ask, Operation, ReadBack } from "./operation.ts";
import { operationOf } from "./operations.ts";
import { createOrderMemory, type OrderResult } from "./order-memory.ts";
import type { Repairs } from "./repair-operation.ts";
import { changeSafely } from "./safe-change.ts";
import { downloaded, installSentence } from "./upgrade-operation.ts";

export interface Order {
  /** Aborted: the hub wants no answer any more, and what has not begun is left out. */
  readonly signal?: AbortSignal;
  readonly action: RouterAction;
  readonly nonce: string;
  readonly actor: string;
  readonly expiresAtMs: number;
}

export interface RouterActs {
  /** Rejects with a Fault of the router's API when the router was told nothing. */
  act(order: Order): Promise<OrderResult>;
  /** Orders that wait for others, as rows beside the API calls. */
  waiting(): readonly RouterRow[];
  /** Runs the task while no order is carried out. */
  alone<Result>(task: () => Promise<Result>): Promise<Result>;
}

export interface ActParts {
  readonly live: LiveRouter;
  readonly hub: Pick<HubLink, "call">;
  readonly folder: Pick<Folder, "read" | "rename" | "replace">;
  readonly names: KnownNames;
  /** What repairs write. */
  readonly repairs: Repairs | null;
  /** Something may have changed. */
  readonly onChanged: () => void;
  /** The router is behind its own line, and the agent is not. */
  readonly isRemote: boolean;
  /** False: it was proved on this router that safe mode takes nothing back. */
  readonly trustsSafeMode: () => boolean;
  /** The router took back all that was changed in the last minute, the agent's own settings too. */
  readonly onUndone: () => void;
  /** Writes what is only in memory. */
  readonly beforeReboot: () => Promise<void>;
}

/** A place comes free within a minute, as orders go first and one after the other; the router then has ten seconds. */
const commandMsMax = 70_000;
/** The minute of safe mode is no time to wait for a place; it is few sentences. */
const insideSafeMode: RouterCommandOptions = { lane: "enforcement", timeoutMs: 8000 };
const rebootAfterMs = 2000;
/** When a lost answer is read back. */
const proofPausesMs = [500, 3000, 6000];
/** Of a change that may have cut the line to a router: the dead man takes it back within a minute. */
const proofPausesFarMs = [...proofPausesMs, 10_000, 10_000, 15_000];
/** Orders that wait at once; the hub sends one again that is refused. */
const waitingMax = 200;

export function createRouterActs(world: World, parts: ActParts): RouterActs {
  const { live } = parts;
  const { clock, log } = world;
  const memory = createOrderMemory(world, parts.folder);
  const waiting: Order[] = [];
  let last: Promise<unknown> = Promise.resolve();

  /** Another change meanwhile would be undone with one that cut the link. An order that waits is answered when it expires. */
  function inTurn(order: Order, task: () => Promise<OrderResult>): Promise<OrderResult> {
    return new Promise((resolve, reject) => {
      const leave = (): boolean => {
        const at = waiting.indexOf(order);
        if (at === -1) return false;
        waiting.splice(at, 1);
        timer.cancel();
        return true;
      };
      const timer = clock.after(Math.max(0, order.expiresAtMs - clock.wall().atMs), () => {
        if (leave()) resolve({ kind: "expired" });
      });
      waiting.push(order);
      last = last.then(() => (leave() ? task().then(resolve, reject) : undefined));
    });
  }

  const optionsOf = ({ actor }: Order): RouterCommandOptions => ({
    timeoutMs: commandMsMax,
    first: true,
    fresh: true,
    actor: rowText(actor),
  });

  async function carryOut(order: Order, wasBegun: boolean, begin: () => Promise<void>): Promise<OrderResult> {
    const { action, expiresAtMs } = order;
    const ask: Ask = (words) => live.command(words, optionsOf(order));
    const isExpired = () => orderExpired(expiresAtMs, clock.wall().atMs);
    /** It neither looks nor waits for its place longer than it may begin. */
    const askBefore: Ask = (words) => {
      const timeoutMs = Math.min(commandMsMax, Math.max(1, expiresAtMs - clock.wall().atMs));
      return live.command(words, { ...optionsOf(order), timeoutMs });
    };
    const plan = planAction(action);
    const operation = operationOf(plan, parts.repairs);
    if (order.signal?.aborted === true) throw cancelled();
    if (wasBegun) return await prove(operation, ask, "The agent started anew before the router's answer.");
    if (isExpired()) return { kind: "expired" };
    const own = refusedName(action, parts.names) ?? firstRefusal(rowsOf(plan));
    if (own !== null) return { kind: "refused", why: own };
    let isTold = false;
    const tell = async () => {
      if (isExpired()) throw cancelled(); // it waited for its place
      await begin();
      isTold = true;
    };
    try {
      const refused = await operation.refuses(askBefore);
      if (refused !== null) return { kind: "refused", why: reasonOf(refused) };
      if (plan.kind === "reboot") return await rebootSoon(order, tell, ["/system/reboot"]);
      if (plan.kind === "upgrade") return await upgrade(order, operation, askBefore, tell);
      if (operation.sentences().length === 0) return resultOf(await operation.readBack(ask));
      if (operation.isSafe && !parts.trustsSafeMode()) return { kind: "refused", why: noSafeMode };
      if (operation.isSafe) return await sendSafely(order, operation, tell);
      return await send(operation, { change: askBefore, readBack: ask }, tell);
    } catch (error) {
      if (error instanceof RouterTrap) return { kind: "refused", why: reasonOf(error.message) };
      if (!isTold || isNotSent(error)) {
        if (isExpired()) return { kind: "expired" };
        throw error;
      }
      return await prove(operation, ask, error instanceof Error ? error.message : String(error));
    } finally {
      parts.onChanged();
    }
  }

  async function send(
    operation: Operation,
    ask: { readonly change: Ask; readonly readBack: Ask },
    tell: () => Promise<void>,
  ): Promise<OrderResult> {
    await tell();
    const added = await say(operation, ask.change);
    try {
      return resultOf(await operation.readBack(ask.readBack, added));
    } catch (error) {
      return await prove(operation, ask.readBack, `It could not be read back: ${String(error)}`);
    }
  }

  async function say(operation: Operation, ask: Ask): Promise<string | undefined> {
    let added: string | undefined;
    for (const words of operation.sentences()) added = (await ask(words)).at(-1)?.ret;
    return added;
  }

  async function sendSafely(order: Order, operation: Operation, tell: () => Promise<void>): Promise<OrderResult> {
    const { outcome, result } = await changeSafely(world, parts, rowText(order.actor), async (session) => {
      const ask: Ask = (words) => session.command(words, { ...optionsOf(order), ...insideSafeMode });
      await tell();
      return await operation.readBack(ask, await say(operation, ask));
    });
    if (outcome === "kept") return resultOf(result);
    // An answer of `release` that got lost looks the same from here.
    const now = await operation.readBack((words) => live.command(words, optionsOf(order))).catch(() => null);
    if (now?.isAsOrdered === true) return resultOf(now);
    return { kind: "undone", why: "The hub was not heard afterwards, so the router took it back." };
  }

  /** The download ends before anything is risked; installing it is a reboot, whose answer comes first. */
  async function upgrade(
    order: Order,
    operation: Operation,
    ask: Ask,
    tell: () => Promise<void>,
  ): Promise<OrderResult> {
    if (operation.sentences().length === 0) return { kind: "done" };
    await tell();
    await say(operation, ask).catch((error: unknown) => {
      // It tells its progress for minutes, or not at all: the updater's own state says how it ended.
      if (error instanceof RouterTrap) throw error;
    });
    const fetched = await downloaded(clock, ask);
    if (fetched !== null) return { kind: "refused", why: reasonOf(fetched) };
    return await rebootSoon(order, async () => {}, installSentence);
  }

  async function rebootSoon(order: Order, tell: () => Promise<void>, words: readonly string[]): Promise<OrderResult> {
    await tell();
    clock.after(rebootAfterMs, () => {
      const said = parts.beforeReboot().then(() =>
        live.command(words, {
          lane: "enforcement",
          timeoutMs: commandMsMax,
          actor: rowText(order.actor),
        }),
      );
      // The connection ends with the router, so a lost answer is the rule.
      said.catch((error: unknown) => log.warn("router-reboot", { error: String(error) }));
    });
    return { kind: "done" };
  }

  async function prove(operation: Operation, ask: Ask, why: string): Promise<OrderResult> {
    for (const pauseMs of parts.isRemote && operation.isSafe ? proofPausesFarMs : proofPausesMs) {
      await sleep(clock, pauseMs);
      const now = await operation.readBack(ask).catch(() => null);
      if (now === null) continue;
      if (now.isAsOrdered) return resultOf(now);
      // The connection that held safe mode has ended, and what it changed with it.
      const kind = operation.isSafe ? "undone" : "unknown";
      return { kind, why: reasonOf(why), ...(now.row === undefined ? {} : { row: now.row }) };
    }
    return { kind: "unknown", why: reasonOf(why) };
  }

  return {
    act(order) {
      return memory.once(order.nonce, async (wasBegun, begin) => {
        if (waiting.length >= waitingMax) throw tooMany();
        const result = await inTurn(order, () => carryOut(order, wasBegun, begin));
        log.info("router-order", { action: order.action.kind, outcome: result.kind });
        return result;
      });
    },
    alone(task) {
      const result = last.then(task);
      last = result.catch(() => {});
      return result;
    },
    waiting: () =>
      waiting.map(({ action, actor, expiresAtMs }, index) => ({
        time: new Date(clock.wall().atMs).toISOString(),
        words: `order ${action.kind}`,
        lane: "general",
        actor: rowText(actor),
        outcome: "waiting",
        message: "",
        ms: "",
        place: String(index + 1),
        "expires-in-ms": String(Math.max(0, expiresAtMs - clock.wall().atMs)),
      })),
  };
}

const rowsOf = (plan: ActionPlan): readonly RowPlan[] =>
  "fields" in plan ? [plan] : plan.kind === "together" ? plan.rows : [];

const firstRefusal = (rows: readonly RowPlan[]): string | null =>
  rows.map(refusedText).find((why) => why !== null) ?? null;

function resultOf({ isAsOrdered, why, row }: ReadBack): OrderResult {
  const kind = isAsOrdered ? "done" : "differs";
  return {
    kind,
    ...(why === undefined ? {} : { why: reasonOf(why) }),
    ...(row === undefined ? {} : { row }),
  };
}

const noSafeMode =
  "It was tried on this router: safe mode takes nothing back here, so a change that could cut the link is not made.";

/** As long as an answer may say it. */
const reasonOf = (text: string): string => rowText(text, 500);

const notSent: readonly string[] = ["router-api/busy", "router-api/unreachable", "router-api/log-in"];
/** It surely did not reach the router. */
const isNotSent = (error: unknown): boolean => error instanceof Fault && notSent.includes(error.code);

const cancelled = () => new Fault("link/cancelled", "the order was given up before it began", { retry: "later" });
const tooMany = () => new Fault("router-api/busy", "too many orders for the router wait already", { retry: "later" });
