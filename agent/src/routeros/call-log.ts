/** The last calls of a router's API, in memory, for people: what was asked, how it went, how long it took; never a secret. */
import type { World } from "@karibu/protocol/world";
import type { RouterCall } from "../ground/live-router.ts";

const keptMax = 500;

export interface CallLog {
  /** A call begins to wait for its place. Returns what ends it. */
  begin(call: Pick<RouterCall, "words" | "lane" | "actor">, expiresInMs: number): CallUnderWay;
  /** Newest first, those that wait before all others. */
  list(): readonly RouterCall[];
}

export interface CallUnderWay {
  leaves(): void;
  ends(outcome: string, message?: string): void;
}

interface Waiting extends Pick<RouterCall, "words" | "lane" | "actor"> {
  readonly atMs: number;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** `places`: what waits in a lane, in its order, as `begin` returned it. */
export function createCallLog(
  { clock }: Pick<World, "clock">,
  places: (lane: RouterCall["lane"]) => readonly unknown[],
): CallLog {
  const kept: RouterCall[] = [];
  const waiting = new Map<CallUnderWay, Waiting>();

  function describe(call: CallUnderWay, { sinceMs, untilMs, ...rest }: Waiting): RouterCall {
    const nowMs = clock.monotonicMs();
    return {
      ...rest,
      outcome: "waiting",
      message: "",
      ms: Math.round(nowMs - sinceMs),
      place: places(rest.lane).indexOf(call) + 1,
      expiresInMs: Math.round(untilMs - nowMs),
    };
  }

  return {
    begin({ words, lane, actor }, expiresInMs) {
      const sinceMs = clock.monotonicMs();
      const about = { atMs: clock.wall().atMs, words: withoutSecrets(words), lane, actor };
      const call: CallUnderWay = {
        leaves: () => void waiting.delete(call),
        ends(outcome, message = "") {
          waiting.delete(call);
          kept.push({ ...about, outcome, message, ms: Math.round(clock.monotonicMs() - sinceMs) });
          if (kept.length > keptMax) kept.shift();
        },
      };
      waiting.set(call, { ...about, sinceMs, untilMs: sinceMs + expiresInMs });
      return call;
    },
    list() {
      const now = [...waiting].map(([call, about]) => describe(call, about));
      return [...now.sort((one, other) => (one.place ?? 0) - (other.place ?? 0)), ...kept.toReversed()];
    },
  };
}

const secretNames = /^=[^=]*(password|secret|key|passphrase|token|pin)[^=]*=/i;
/** A customer's name at a log-in may be his voucher's code. */
const codeNames = /^=user=/;

export function withoutSecrets(words: readonly string[]): readonly string[] {
  const isLogIn = words[0] === "/ip/hotspot/active/login";
  return words.map((word) => {
    const name = secretNames.exec(word)?.[0] ?? (isLogIn ? codeNames.exec(word)?.[0] : undefined);
    return name === undefined ? word : `${name}…`;
  });
}
