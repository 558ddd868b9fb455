/** Ends what a person has open at the router: as the router lists it, and as far as it lets the agent. */

import { Fault } from "@karibu/protocol/fault";
import { cutText } from "@karibu/protocol/whole-text";
import type { LiveRouter, RouterRow } from "../ground/live-router.ts";

export interface EndedSessions {
  readonly endedSessions: number;
  /** Null: the router can't be asked. */
  readonly leftSessions: number | null;
  /** The router's own words: hostile text. */
  readonly why?: string;
}

export const staffSentence = ["/user/active/print", "=.proplist=.id,name"];
/** From 7.20 on. */
export const removeStaffSentence = (id: string) => ["/user/active/remove", `=.id=${id}`];
/** Before 7.20. */
export const logOutStaffSentence = (id: string) => ["/user/active/request-logout", `=numbers=${id}`];
const wordsMax = 200;
const order = { lane: "enforcement", first: true, timeoutMs: 8000, actor: "router-log-in" } as const;

/**
 * RouterOS from 7.20 on removes a row of `/user/active`; before, it can be asked to log somebody out. The agent's account may write and may not
 * change users (`policy`): a router that wants that right for this refuses, and then says so here. `live` null: there is no API.
 */
export async function endRouterSessions(live: LiveRouter | null, name: string): Promise<EndedSessions> {
  if (live === null) return { endedSessions: 0, leftSessions: null };
  try {
    const before = await sessionsOf(live, name);
    let why: string | undefined;
    for (const row of before) why = (await endOne(live, row)) ?? why;
    const left = before.length === 0 ? 0 : (await sessionsOf(live, name)).length;
    const told = left === 0 || why === undefined ? {} : { why: cutText(why, wordsMax) };
    return { endedSessions: Math.max(0, before.length - left), leftSessions: left, ...told };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { endedSessions: 0, leftSessions: null, why: cutText(error.message, wordsMax) };
  }
}

async function sessionsOf(live: LiveRouter, name: string): Promise<readonly RouterRow[]> {
  const rows = await live.command(staffSentence, {
    ...order,
    repeatable: true,
    fresh: true,
  });
  return rows.filter((row) => row.name === name);
}

/** Undefined: the router took it. Else its words. */
async function endOne(live: LiveRouter, { ".id": id = "" }: RouterRow): Promise<string | undefined> {
  try {
    await live.command(removeStaffSentence(id), order);
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "router-api/trap") throw error;
    if (!/no such command/i.test(error.message)) return error.message;
  }
  try {
    await live.command(logOutStaffSentence(id), order);
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "router-api/trap") throw error;
    return error.message;
  }
}
