/** What phones ask that few would: in the millisecond of an end, until nothing is left, or with another's log-in. */
import { takesPlace } from "../judge/ended-early.ts";
import { mayBeLost, writtenMs } from "../judge/limits.ts";
import { codeOf, comeBack, type Day, logInAtHotspot, phoneOf, redeem, seen } from "./asks.ts";
import { type CommandOf, plans } from "./site-story.ts";

/** The next phone that is online; this one where none is. */
export function onlineFrom(day: Day, phone: number): number {
  return phonesFrom(day, phone).find((each) => day.town.client(each).online()) ?? phone;
}

const phonesFrom = ({ story: { site } }: Day, phone: number): number[] =>
  Array.from({ length: site.phones }, (_, more) => (phone + more) % site.phones);

/** Nobody waits longer for an end. */
const nearMs = 600_000;
const shortMs = plans["3 minutes"].validitySeconds * 1000;

const codesFrom = (day: Day, code: number): { code: string; rightId: string }[] =>
  Array.from({ length: day.town.codes.length + day.sales.length }, (_, more) => codeOf(day, code + more)).filter(
    (each) => each !== null,
  );

/** The next code whose time runs, and ends soon. */
function endingFrom(day: Day, code: number): { code: string; rightId: string; inMs: number } | null {
  for (const each of codesFrom(day, code)) {
    const inMs = day.town.endsInMs(each.rightId);
    if (inMs !== null && inMs > 1 && inMs < nearMs) return { ...each, inMs };
  }
  return null;
}

/** The next code of a short plan that nobody has begun. */
function shortFrom(day: Day, code: number): { code: string; rightId: string } | null {
  const short = new Set(day.town.rights.filter(({ plan }) => plan === "3 minutes").map(({ rightId }) => rightId));
  return codesFrom(day, code).find(({ rightId }) => short.has(rightId) && day.town.endsInMs(rightId) === null) ?? null;
}

/** Until an end that is near, or of what can begin. */
export const untilEndMs = (day: Day, code: number): number =>
  endingFrom(day, code)?.inMs ?? (shortFrom(day, code) === null ? 0 : shortMs);

/** Where nothing ends soon, something short begins first. */
export async function askAtTheEnd(day: Day, { phone, code, offMs, isOnPage }: CommandOf<"at-the-end">): Promise<void> {
  const [by, fresh] = [phoneOf(day, phone), shortFrom(day, code)];
  if (endingFrom(day, code) === null && fresh !== null) await redeem(day, by, fresh.code, fresh.rightId);
  const ending = endingFrom(day, code);
  if (ending === null) return;
  const { code: user, rightId, inMs } = ending;
  // A log-in takes a millisecond to the site.
  await new Promise<void>((resolve) => day.town.after(Math.max(0, inMs + offMs - (isOnPage ? 0 : 1)), resolve));
  if (isOnPage) await redeem(day, by, user, rightId);
  else await logInAtHotspot(day, by, { user, password: user }, rightId);
}

/** It downloads until the router ends it, and comes back at once. */
export async function useUp(day: Day, phone: number): Promise<void> {
  const { town } = day;
  const client = town.client(phone);
  const before = client.appetite();
  if (town.router.running === null || !client.online()) return;
  client.consume({ downBytesPerSecond: 900_000, upBytesPerSecond: 100_000 });
  for (let looks = 0; looks < looksMax && town.router.running !== null && client.online(); looks++)
    await new Promise<void>((resolve) => town.after(1000, resolve));
  client.consume(before);
  await comeBack(day, phone);
}

/** A minute of downloads. */
const looksMax = 60;

export async function seePage({ town }: Day, phone: number): Promise<void> {
  if (!(await seen(town, phone))) return;
  const { mac } = town.client(phone);
  const shown = await town.portal(phone);
  if (shown === null) return;
  const { online, available } = shown;
  const all = [
    ...(online?.grantId === undefined ? [] : [{ ...online, grantId: online.grantId, isOnline: true }]),
    ...available,
  ];
  const packages = all.map(({ grantId: rightId, secondsLeft, bytesLeft, bytesUsed, downKbps, ...rest }) => {
    return { rightId, isOnline: "isOnline" in rest, secondsLeft, bytesLeft, bytesUsed, downKbps };
  });
  town.note({ kind: "page-said", phone, mac, packages });
}

/** As its router's cookie would: what let the phone in once lets it in again, as long as it is worth something. */
export async function repeatOwn(day: Day, phone: number): Promise<void> {
  const posted = day.posted.get(phone);
  if (posted === undefined || posted.rightId === null || day.town.client(phone).mac !== posted.mac) return;
  const { user, rightId, atMs } = posted;
  const wasRefused = day.town.facts.some(
    (fact) => fact.kind === "trouble-began" && fact.trouble === "disk" && fact.atMs < atMs + writtenMs,
  );
  if (wasRefused || mayBeLost(day.town.facts, atMs)) return;
  // It was given to who had a place: to who was put off meanwhile it gives none back.
  const isOff = day.town.facts.some((fact) => fact.kind === "asked" && takesPlace(fact) && fact.rightId === rightId);
  if (isOff) return;
  await logInAtHotspot(day, phone, { user, password: user }, rightId, "repeat");
}

/** Longer than what was typed a moment ago explains that somebody lost a place. */
const forgottenMs = 150_000;

/** The next code that lasts for so long is typed on one phone, and then on another one, which may take its place. The first one posts again what let it in. */
export async function pushOut(day: Day, phone: number, code: number): Promise<void> {
  const { town } = day;
  const lasts = ({ rightId }: { readonly rightId: string }) =>
    (town.endsInMs(rightId) ?? Number.POSITIVE_INFINITY) > 2 * forgottenMs;
  const held = codesFrom(day, code).find(lasts);
  const [owner, by] = phonesFrom(day, phone);
  if (owner === undefined || by === undefined || held === undefined) return;
  const wait = (ms: number) => new Promise<void>((resolve) => town.after(ms, resolve));
  await redeem(day, owner, held.code, held.rightId);
  await wait(5000);
  await redeem(day, by, held.code, held.rightId);
  await wait(forgottenMs);
  await repeatOwn(day, owner);
}

/** It is worth something to the phone that it was given to, for two minutes, and once. */
const logInLifeMs = 120_000;

export async function overhear(day: Day, { phone, of, isSpent, afterMs }: CommandOf<"overhear">): Promise<void> {
  const { town } = day;
  if (town.router.running === null) return;
  const isOffline = (each: number) => !town.client(each).online();
  const by = phonesFrom(day, phone).find(isOffline) ?? 0;
  const isOwner = (each: number) => each !== by && (isSpent ? day.posted.has(each) : isOffline(each));
  const owner = phonesFrom(day, of).find(isOwner) ?? by;
  let user = day.posted.get(owner)?.user ?? "";
  let wasTried = false;
  if (!isSpent) {
    if (!(await seen(town, owner)) || town.client(owner).online()) return;
    const ask = day.asks++;
    town.note({ kind: "asked", ask, what: "return", phone: owner, mac: town.client(owner).mac, rightId: null });
    const askedMs = town.time.nowMs();
    const answer = await town.ask(owner, "/api/log-in", {});
    if (answer === null) return;
    town.note({
      kind: "answered",
      ask,
      code: answer.status < 300 ? "ok" : (answer.body.code ?? String(answer.status)),
    });
    // Its router had it, and got no answer in time: it is spent, and its own phone's.
    wasTried = town.time.nowMs() - askedMs > 1000;
    user = answer.body.kind === "post" ? (answer.body.username ?? "") : "";
  }
  const { mac } = town.client(owner);
  if (user === "" || (by === owner && (isSpent || wasTried || afterMs < logInLifeMs))) return;
  await new Promise<void>((resolve) => town.after(afterMs, resolve));
  // Its own log-in is as good as ever where the phone is who it was.
  if (town.router.running === null || (isSpent && town.client(by).mac === mac)) return;
  await logInAtHotspot(day, by, { user, password: user }, null);
}
