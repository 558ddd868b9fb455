/** What the answers to pings say of an access point. Pure. */
import type { Pinged } from "@karibu/protocol/router/access-points";
import type { RouterRow } from "../../ground/live-router.ts";

export interface Reply {
  readonly lossPercent: number;
  readonly roundTripUs: number | null;
}

/** Two rounds without any answer: one may be lost to a busy radio. */
const silentRoundsMax = 2;

export interface Watched extends Pinged {
  readonly silentRounds: number;
}

/** Null: the router said nothing that can be read. */
export function readReply(rows: readonly RouterRow[]): Reply | null {
  const sent = rows.filter((row) => row.seq !== undefined || row.time !== undefined || row.status !== undefined).length;
  const last = rows.at(-1);
  const all = Number(last?.sent ?? sent);
  if (last === undefined || !Number.isInteger(all) || all <= 0) return null;
  const came = Math.min(all, Number(last.received ?? rows.filter(({ time }) => time !== undefined).length));
  if (!Number.isInteger(came) || came < 0) return null;
  const times = rows.flatMap(({ time }) => roundTripUs(time ?? "") ?? []);
  const mean =
    times.length === 0 ? roundTripUs(last["avg-rtt"] ?? "") : times.reduce((sum, us) => sum + us, 0) / times.length;
  return {
    lossPercent: Math.round(((all - came) * 100) / all),
    roundTripUs: came === 0 || mean === null ? null : Math.round(mean),
  };
}

/** `1ms253us`, `23ms`, `800us`. Null: of another shape. */
function roundTripUs(text: string): number | null {
  const [whole, seconds = "0", ms = "0", us = "0"] =
    /^(?:(\d{1,3})s)?(?:(\d{1,5})ms)?(?:(\d{1,6})us)?$/.exec(text) ?? [];
  return whole === undefined || whole === "" ? null : Number(seconds) * 1e6 + Number(ms) * 1000 + Number(us);
}

export function nextState(address: string, before: Watched | undefined, { lossPercent, roundTripUs }: Reply): Watched {
  const silentRounds = lossPercent < 100 ? 0 : Math.min(silentRoundsMax, (before?.silentRounds ?? 0) + 1);
  const isDown = silentRounds >= silentRoundsMax || (silentRounds > 0 && before?.state === "down");
  return { address, state: isDown ? "down" : "up", lossPercent, roundTripUs, silentRounds };
}
