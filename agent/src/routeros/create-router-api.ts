/** Puts connection, lanes and memory together into a `RouterApi`. @see router-api.ts for what it promises */
import { Fault } from "@karibu/protocol/fault";
import { sleep, type World } from "@karibu/protocol/world";
import { timeOut } from "./api-connection.ts";
import { createConnector } from "./connect.ts";
import { createRequestLane, type LaneLimits } from "./request-lane.ts";
import type { ApiDial, CommandOptions, RouterApi, Row } from "./router-api.ts";

export interface RouterApiOptions {
  readonly user: string;
  readonly password: string;
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
  const connector = () =>
    createConnector(world, dial, {
      user: options.user,
      password: options.password,
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
  /** Answers of prints, or promises of them. Callers of the same print share one. */
  const remembered = new Map<string, { readonly askedAtMs: number; readonly rows: Promise<readonly Row[]> }>();

  /** Prints of the enforcement lane that are not sent yet. Callers of the same print share the fresh answer. */
  const waiting = new Map<string, Promise<readonly Row[]>>();

  async function ask(
    words: readonly string[],
    given: CommandOptions,
    leaving: () => void = () => {},
  ): Promise<readonly Row[]> {
    const endsAtMs = world.clock.monotonicMs() + (given.timeoutMs ?? commandTimeoutMs);
    const leftMs = () => endsAtMs - world.clock.monotonicMs();
    const leave = await lanes[given.lane ?? "general"].enter(leftMs());
    leaving();
    if (leave === null) throw busy();
    try {
      for (let retry = 0; ; retry++) {
        try {
          const answerMs = given.lane === "enforcement" ? leftMs() : Math.min(leftMs(), commandTimeoutMs);
          return await within(answerMs, sendOnce(words, answerMs, given.lane ?? "general"));
        } catch (error) {
          const again = retry < retriesMax && mayRepeat(error, given.repeatable ?? isPrint(words));
          const pauseMs = retryPauseMs * 2 ** retry;
          if (!again || leftMs() <= pauseMs) throw error;
          await sleep(world.clock, pauseMs);
        }
      }
    } finally {
      leave();
    }
  }

  async function sendOnce(
    words: readonly string[],
    answerMs: number,
    lane: keyof typeof connectors,
  ): Promise<readonly Row[]> {
    const connection = await connectors[lane].connection();
    return await connection.send(words, Math.max(1, answerMs));
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
    const rows = ask(words, given, () => waiting.delete(key));
    waiting.set(key, rows);
    return rows;
  }

  function forgetOld() {
    const nowMs = world.clock.monotonicMs();
    for (const [key, answer] of remembered) if (nowMs - answer.askedAtMs >= cacheMs) remembered.delete(key);
  }

  return {
    async command(words, given = {}) {
      if (!isPrint(words)) {
        remembered.clear();
        return await ask(words, given);
      }
      const key = words.join("\0");
      if (given.lane === "enforcement") return await askTogether(key, words, given);
      forgetOld();
      const known = remembered.get(key);
      if (known) return await known.rows;
      const rows = ask(words, given);
      const answer = { askedAtMs: world.clock.monotonicMs(), rows };
      remembered.set(key, answer);
      rows.catch(() => {
        if (remembered.get(key) === answer) remembered.delete(key);
      });
      return await rows;
    },
    state() {
      const enforcement = connectors.enforcement.state();
      return enforcement === "idle" ? connectors.general.state() : enforcement;
    },
    close() {
      connectors.general.close();
      connectors.enforcement.close();
    },
  };
}

const isPrint = (words: readonly string[]) => /\/(print|getall)$/.test(words[0] ?? "");

/** A command that did not reach the router can be repeated. One that may have reached it is repeated only when that is harmless. */
function mayRepeat(error: unknown, repeatable: boolean): boolean {
  if (!(error instanceof Fault)) return false;
  return error.code === "router-api/unreachable" || (error.code === "router-api/cut" && repeatable);
}

const busy = () => new Fault("router-api/busy", "too many requests to the router: no room in time", { retry: "later" });
