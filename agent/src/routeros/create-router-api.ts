/** Puts connection, lanes and memory together into a `RouterApi`. @see router-api.ts for what it promises */
import { Fault } from "@karibu/protocol/fault";
import { sleep, type World } from "@karibu/protocol/world";
import { timeOut } from "./api-connection.ts";
import type { WordsAs } from "./api-sentence.ts";
import { createCallLog } from "./call-log.ts";
import { type Connector, createConnector } from "./connect.ts";
import { createRequestLane, type LaneLimits } from "./request-lane.ts";
import type { ApiDial, CommandOptions, RouterApi, Row } from "./router-api.ts";

export interface RouterApiOptions {
  readonly user: string;
  /** A function: in the order in which they are tried. */
  readonly password: string | (() => readonly string[]);
  readonly connectTimeoutMs?: number;
}

const generalLimits: LaneLimits = { perWindow: 100, windowMs: 60_000, inFlightMax: 5 };
const enforcementLimits: LaneLimits = { perWindow: 20, windowMs: 1000, inFlightMax: 20 };
/** Also how long a router may say nothing. One that is busy answers in turn, and the enforcement lane waits for that. */
const commandTimeoutMs = 10_000;
const cacheMs = 30_000;
const idleMs = 300_000;
const retriesMax = 3;
const retryPauseMs = 400;

export function createRouterApi(world: World, dial: ApiDial, options: RouterApiOptions): RouterApi {
  const { password } = options;
  const known = typeof password === "string" ? () => [password] : password;
  const connector = (passwords: () => readonly string[] = known, wordsAs: WordsAs = "utf8") =>
    createConnector(world, dial, {
      wordsAs,
      user: options.user,
      passwords,
      connectTimeoutMs: options.connectTimeoutMs ?? 5000,
      // A busy router takes as long for the log-in as for any other sentence.
      logInTimeoutMs: options.connectTimeoutMs ?? commandTimeoutMs,
      idleMs,
    });
  /** A connection of each lane: a slow router answers one in turn, and a session's end must not wait behind pings. */
  const connectors = { general: connector(), enforcement: connector() };
  const lanes = {
    general: createRequestLane(world, generalLimits),
    enforcement: createRequestLane(world, enforcementLimits),
  };
  const log = createCallLog(world, (lane) => lanes[lane].waiting());
  const sessions = new Set<Connector>();
  /** Answers of prints, or promises of them. Callers of the same print share one. */
  const remembered = new Map<string, { readonly askedAtMs: number; readonly rows: Promise<readonly Row[]> }>();

  /** Prints that want a fresh answer and are not sent yet. Callers of the same print share it. */
  const waiting = new Map<string, Promise<readonly Row[]>>();

  async function ask(
    words: readonly string[],
    given: CommandOptions,
    send: (answerMs: number) => Promise<readonly Row[]>,
    leaving: () => void = () => {},
  ): Promise<readonly Row[]> {
    const timeoutMs = given.timeoutMs ?? commandTimeoutMs;
    const endsAtMs = world.clock.monotonicMs() + timeoutMs;
    const leftMs = () => endsAtMs - world.clock.monotonicMs();
    const lane = given.lane ?? "general";
    const call = log.begin({ words, lane, actor: given.actor ?? null }, timeoutMs);
    const leave = await lanes[lane].enter(leftMs(), { first: given.first === true, about: call });
    call.leaves();
    leaving();
    try {
      if (leave === null) throw busy();
      const rows = await sendUntilAnswered(words, given, send, leftMs);
      call.ends("ok");
      return rows;
    } catch (error) {
      call.ends(error instanceof Fault ? error.code : "failed", error instanceof Error ? error.message : String(error));
      throw error;
    } finally {
      leave?.();
    }
  }

  async function sendUntilAnswered(
    words: readonly string[],
    given: CommandOptions,
    send: (answerMs: number) => Promise<readonly Row[]>,
    leftMs: () => number,
  ): Promise<readonly Row[]> {
    for (let retry = 0; ; retry++) {
      try {
        const answerMs = given.lane === "enforcement" ? leftMs() : Math.min(leftMs(), commandTimeoutMs);
        return await within(answerMs, send(Math.max(1, answerMs)));
      } catch (error) {
        const again = retry < retriesMax && mayRepeat(error, given.repeatable ?? isPrint(words));
        const pauseMs = retryPauseMs * 2 ** retry;
        if (!again || leftMs() <= pauseMs) throw error;
        await sleep(world.clock, pauseMs);
      }
    }
  }

  /** Over the connection of its lane. */
  function askShared(words: readonly string[], given: CommandOptions, leaving?: () => void): Promise<readonly Row[]> {
    const send = async (answerMs: number) =>
      await (await connectors[given.lane ?? "general"].connection()).send(words, answerMs);
    return ask(words, given, send, leaving);
  }

  /** The connection's time-out may be longer than the remaining time of this command. */
  function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = world.clock.after(timeoutMs, () => reject(timeOut()));
      work.then(resolve, reject).finally(() => timer.cancel());
    });
  }

  function askTogether(key: string, words: readonly string[], given: CommandOptions): Promise<readonly Row[]> {
    const joined = waiting.get(key);
    if (joined) return joined;
    const rows = askShared(words, given, () => waiting.delete(key));
    waiting.set(key, rows);
    return rows;
  }

  /** What was read before it, or while it was under way, may be old. */
  async function change(asked: Promise<readonly Row[]>): Promise<readonly Row[]> {
    remembered.clear();
    try {
      return await asked;
    } finally {
      remembered.clear();
    }
  }

  function forgetOld() {
    const nowMs = world.clock.monotonicMs();
    for (const [key, answer] of remembered) if (nowMs - answer.askedAtMs >= cacheMs) remembered.delete(key);
  }

  return {
    async command(words, given = {}) {
      if (!isPrint(words)) return await (isLook(words) ? askShared(words, given) : change(askShared(words, given)));
      const key = words.join("\0");
      if (given.lane === "enforcement") return await askTogether(`enforcement\0${key}`, words, given);
      forgetOld();
      const known = given.fresh === true ? undefined : remembered.get(key);
      if (known) return await known.rows;
      const rows = given.fresh === true ? askTogether(key, words, given) : askShared(words, given);
      const answer = { askedAtMs: world.clock.monotonicMs(), rows };
      remembered.set(key, answer);
      rows.catch(() => {
        if (remembered.get(key) === answer) remembered.delete(key);
      });
      return await rows;
    },
    async openSession({ password: only, asBytes } = {}) {
      const own = connector(only === undefined ? known : () => [only], asBytes === true ? "latin1" : "utf8");
      sessions.add(own);
      const connection = await own.connection().catch((error: unknown) => {
        sessions.delete(own);
        throw error;
      });
      return {
        command(words, given = {}) {
          const asked = ask(words, { ...given, repeatable: false }, (answerMs) => connection.send(words, answerMs));
          return isPrint(words) || isLook(words) ? asked : change(asked);
        },
        get isOpen() {
          return connection.open;
        },
        close() {
          sessions.delete(own);
          own.close();
        },
      };
    },
    calls: log.list,
    state() {
      const enforcement = connectors.enforcement.state();
      return enforcement === "idle" ? connectors.general.state() : enforcement;
    },
    close() {
      connectors.general.close();
      connectors.enforcement.close();
      for (const own of sessions) own.close();
    },
  };
}

const isPrint = (words: readonly string[]) => /\/(print|getall)$/.test(words[0] ?? "");

/** Changes nothing, and its answer is of this moment. */
const isLook = (words: readonly string[]) => /\/(monitor|monitor-traffic|ping|file\/read)$/.test(words[0] ?? "");

/** A command that did not reach the router can be repeated. One that may have reached it is repeated only when that is harmless. */
function mayRepeat(error: unknown, repeatable: boolean): boolean {
  if (!(error instanceof Fault)) return false;
  return error.code === "router-api/unreachable" || (error.code === "router-api/cut" && repeatable);
}

const busy = () => new Fault("router-api/busy", "the router has no room for more requests", { retry: "later" });
