/** What two sites of one provider owe a code that is taken at both. */
import type { Right, Told, Violation } from "./chronicle.ts";
import { broken, factsOf, type History, msWithin, touches } from "./history.ts";
import {
  answerMs,
  forgottenSeconds,
  type Left,
  leftAt,
  sessionsAt,
  sessionsOf,
  slackSeconds,
  type Town,
} from "./roaming-worth.ts";

/** After the last disturbance links are up again within so long, and what was asked before is over. */
const calmMs = 180_000;

type Roamer = Right & { readonly bridgeId: string };

export function* inOnePlace({ sites: [one, other] }: Town, { rightId }: Right): Iterable<Violation> {
  if (one === undefined || other === undefined) return;
  const charged = (history: History) => sessionsAt(history, rightId).filter(({ isCharged }) => isCharged);
  for (const here of charged(one))
    for (const there of charged(other)) {
      const bothMs = Math.min(here.toMs, there.toMs) - Math.max(here.fromMs, there.fromMs);
      if (bothMs > 0)
        yield broken(
          "NO-GIFT",
          Math.max(here.fromMs, there.fromMs),
          `${rightId} was online at both sites for ${bothMs} ms`,
        );
    }
}

/** NO-GIFT: both sites together give its plan. At each log-in its router is told what is left, not more and not less. */
export function* ofUse(town: Town, right: Right): Iterable<Violation> {
  const { rightId } = right;
  for (const session of sessionsOf(town, rightId)) {
    const { seconds, bytes } = leftAt(town, right, session.fromMs);
    const lasted = (session.toMs - session.fromMs) / 1000;
    const who = `${rightId} (${right.plan}), session ${session.session}`;
    if (lasted > seconds.most + slackSeconds)
      yield broken("NO-GIFT", session.toMs, `${who}: online for ${lasted} s of ${seconds.most} s that were left`);
    if (session.bytes > bytes.most + 1000)
      yield broken("NO-GIFT", session.toMs, `${who}: ${session.bytes} bytes of ${bytes.most} that were left`);
    if (session.told === null || !session.isCharged) continue;
    for (const [name, told, left] of toldOf(session.told, { seconds, bytes })) {
      if (told > left.most)
        yield broken("NO-GIFT", session.fromMs, `${who}: its router is told ${told} ${name}, ${left.most} are left`);
      if (told < left.least)
        yield broken("NO-THEFT", session.fromMs, `${who}: its router is told ${told} ${name}, ${left.least} are left`);
    }
  }
}

const toldOf = (told: Told, { seconds, bytes }: { readonly seconds: Left; readonly bytes: Left }) =>
  [
    ["seconds", told.seconds ?? Infinity, { least: seconds.least - slackSeconds, most: seconds.most + slackSeconds }],
    ["bytes", told.bytes ?? Infinity, { least: bytes.least - 1000, most: bytes.most + 1000 }],
  ] as const;

/** Where a site can ask nobody it gives its bridge, once; where it can, it asks. */
export function* ofBridge(town: Town, right: Roamer): Iterable<Violation> {
  const { bridgeId, plan } = right;
  const { seconds, dataBytes } = town.bridge;
  for (const history of town.sites) {
    const sessions = sessionsAt(history, bridgeId).filter(({ isCharged }) => isCharged);
    const [first] = sessions;
    if (first === undefined) continue;
    const who = `${bridgeId} (${plan})`;
    const lastMs = Math.max(...sessions.map(({ toMs }) => toMs));
    const span = { fromMs: first.fromMs, toMs: lastMs };
    // A router that had no power does not know how long it was without its agent, before it hears the time.
    const unknownMs = touches(history.dark, span) ? msWithin(history.agentAway, span) : 0;
    if (lastMs > first.fromMs + (seconds + slackSeconds) * 1000 + unknownMs)
      yield broken("NO-GIFT", lastMs, `${who}: a bridge of ${seconds} s lasted ${(lastMs - first.fromMs) / 1000} s`);
    const bytes = sessions.reduce((sum, session) => sum + session.bytes, 0);
    const struck = sessions.filter(({ fromMs, toMs }) => touches(town.deaths, { fromMs, toMs })).length;
    if (bytes > dataBytes * (1 + struck) + 1000)
      yield broken("NO-GIFT", lastMs, `${who}: ${bytes} bytes of a bridge of ${dataBytes}`);
    // What is begun goes on, also when the others can be asked again.
    if (!touches(town.disturbed, { fromMs: first.fromMs - calmMs, toMs: first.fromMs }))
      yield broken("NO-GIFT", first.fromMs, `${who}: let in by the bridge, and the site could have asked`);
  }
}

/** NO-THEFT: who types it when nothing is in the way, and it is used nowhere, is online with the whole of it. */
export function* lets(town: Town, right: Roamer): Iterable<Violation> {
  const { rightId, bridgeId, plan } = right;
  const everywhere = [...sessionsOf(town, rightId), ...sessionsOf(town, bridgeId)];
  const typed = town.sites
    .flatMap(({ chronicle }) => factsOf(chronicle.facts, "asked"))
    .filter((each) => each.rightId === rightId);
  for (const history of town.sites) {
    const { facts } = history.chronicle;
    for (const asked of factsOf(facts, "asked")) {
      const { atMs, ask } = asked;
      if (asked.rightId !== rightId || (asked.what !== "code" && asked.what !== "claim")) continue;
      const around = { fromMs: atMs - answerMs, toMs: atMs + answerMs };
      if (touches(town.disturbed, { ...around, fromMs: atMs - calmMs })) continue;
      if (everywhere.some(({ fromMs, toMs }) => fromMs <= atMs && toMs > around.fromMs)) continue;
      // Of two at once one is later.
      if (typed.some((each) => each !== asked && Math.abs(each.atMs - atMs) <= answerMs)) continue;
      const { seconds, bytes } = leftAt(town, right, atMs);
      if (seconds.least < forgottenSeconds || bytes.least < 1000) continue;
      const who = `${rightId} (${plan}), typed`;
      const answer = history.answers.get(ask);
      if (answer !== "ok") yield broken("NO-THEFT", atMs, `${who}: ${answer ?? "no answer"}`);
      const session = history.sessions.find(
        ({ fromMs, phone }) => phone === asked.phone && fromMs >= atMs && fromMs <= atMs + answerMs,
      );
      if (answer === "ok" && session === undefined) yield broken("NO-THEFT", atMs, `${who}, and not online`);
      if (session?.isCharged === true && session.rightId !== rightId)
        yield broken("NO-THEFT", atMs, `${who}: charged to ${session.rightId ?? "nothing"}`);
    }
  }
}
