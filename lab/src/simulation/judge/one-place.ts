/** BYTES-KEPT of a phone that goes on with another address: the site knows it by its cookie, and counts its time in one place. */
import type { Violation } from "./chronicle.ts";
import { broken, factsOf, type History, inTheWay, type TrueSession, touches } from "./history.ts";
import { isNamed } from "./one-truth.ts";

/** From the page's answer to the session. */
const letInWithinMs = 10_000;
const noticedWithinMs = 60_000;

/** Where what the phone asked of the page, and the answer that let it in, stand among the facts. */
type LetIn = TrueSession & { readonly askedAt: number; readonly answeredAt: number };

export function* onePlace(history: History): Iterable<Violation> {
  const { facts } = history.chronicle;
  const byPage = letInByPage(history);
  const isByPage = ({ session }: TrueSession) => byPage.some((one) => one.session === session);
  for (const { books, atMs } of history.wasDamaged ? [] : factsOf(facts, "books"))
    for (const next of byPage) {
      const span = { fromMs: next.fromMs - noticedWithinMs, toMs: atMs };
      if (next.fromMs + noticedWithinMs > atMs || touches(inTheWay(history), span)) continue;
      for (const old of byPage) {
        const isLeft = old.phone === next.phone && old.mac !== next.mac && old.fromMs < next.fromMs;
        if (!isLeft || old.rightId !== next.rightId) continue;
        // Whose log-in it was stands in memory until the session's first word.
        const firstMs = old.reports.find(({ isHeard }) => isHeard)?.atMs ?? atMs;
        if (touches(history.agentAway, { fromMs: old.fromMs, toMs: firstMs })) continue;
        // Who took the place at the hotspot's own form has it by the MAC, also when the page lets in there again.
        const isByMac = history.sessions.some(
          (each) => each.phone === old.phone && each.mac === old.mac && each.rightId === old.rightId && !isByPage(each),
        );
        if (isByMac) continue;
        const [booked, ...others] = books.sessions.filter((each) => isNamed(old.session, each.session));
        if (booked?.isOpen !== true || others.length > 0) continue;
        // By order, not by time: it may lose its cookie before the session begins that it asked for. What types a code without a cookie is another
        // device of a right for several, and takes a place of its own.
        const between = facts.slice(old.askedAt + 1, next.answeredAt);
        if (factsOf(between, "new-mac").some(({ phone, keepsCookie }) => phone === old.phone && !keepsCookie)) continue;
        // Of two answers under way at once each brought a cookie, and the later one holds.
        const asksBefore = factsOf(facts.slice(0, old.askedAt), "asked").filter(({ phone }) => phone === old.phone);
        if (factsOf(between, "answered").some(({ ask }) => asksBefore.some((asked) => asked.ask === ask))) continue;
        // The router used the id again: what is booked may be the session that it went on with.
        if (isNamed(next.session, booked.session)) continue;
        const what = `phone ${old.phone} went on as session ${next.session}, and is charged for ${old.session} too`;
        yield broken("BYTES-KEPT", atMs, what);
      }
    }
}

/** Sessions that a phone began by its page, which knows its cookie. */
function letInByPage({ chronicle: { facts }, asked, sessions }: History): LetIn[] {
  // What the hotspot turned away began nothing: somebody typed a code there at the same moment.
  const turnedAway = new Set(factsOf(facts, "hotspot-said").flatMap(({ ask, isOnline }) => (isOnline ? [] : [ask])));
  const answers = facts.flatMap((fact, answeredAt) => {
    const isTaken = fact.kind === "answered" && fact.code === "ok" && !turnedAway.has(fact.ask);
    const ask = isTaken ? asked.get(fact.ask) : undefined;
    return ask?.what === "code" || ask?.what === "return" ? [{ ask, answeredAt, atMs: fact.atMs }] : [];
  });
  return sessions.flatMap((session) => {
    const { phone, mac, fromMs } = session;
    const answer = answers.findLast(
      ({ ask, atMs }) =>
        ask.phone === phone && (ask.mac ?? mac) === mac && atMs <= fromMs && atMs > fromMs - letInWithinMs,
    );
    if (answer === undefined) return [];
    return [{ ...session, askedAt: facts.indexOf(answer.ask), answeredAt: answer.answeredAt }];
  });
}
