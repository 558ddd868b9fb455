/** BYTES-KEPT of a phone that goes on with another address: the site knows it by its cookie, and counts its time in one place. */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History, type TrueSession, touches } from "./history.ts";
import { isNamed } from "./one-truth.ts";

/** From the page's answer to the session. */
const letInWithinMs = 10_000;
const noticedWithinMs = 60_000;

/** Where what the phone asked of the page, and the answer that let it in, stand among the facts. */
type LetIn = TrueSession & { readonly askedAt: number; readonly answeredAt: number };

export function onePlace(history: History): Violation[] {
  const { chronicle, troubles, agentAway, dark, wasDamaged } = history;
  if (wasDamaged) return [];
  const byPage = letInByPage(history);
  const forgotten = chronicle.facts.flatMap((fact, at) =>
    fact.kind === "new-mac" && !fact.keepsCookie ? [{ phone: fact.phone, at }] : [],
  );
  return factsOf(chronicle.facts, "books").flatMap(({ books, atMs }) =>
    byPage.flatMap((next) => {
      const span = { fromMs: next.fromMs - noticedWithinMs, toMs: atMs };
      if (next.fromMs + noticedWithinMs > atMs || touches([...troubles, ...agentAway, ...dark], span)) return [];
      const left = byPage.filter(
        (old) =>
          old.phone === next.phone && old.rightId === next.rightId && old.mac !== next.mac && old.fromMs < next.fromMs,
      );
      return left.flatMap((old): Violation[] => {
        const [booked, ...others] = books.sessions.filter((each) => isNamed(old.session, each.session));
        // By order, not by time: it may lose its cookie before the session begins that it asked for. What types a code without a cookie is another
        // device of a right for several, and takes a place of its own.
        const isStranger = forgotten.some(
          ({ phone, at }) => phone === old.phone && at > old.askedAt && at < next.answeredAt,
        );
        if (isStranger || booked?.isOpen !== true || others.length > 0) return [];
        // The router used the id again: what is booked may be the session that it went on with.
        if (isNamed(next.session, booked.session)) return [];
        const what = `phone ${old.phone} went on as session ${next.session}, and is charged for ${old.session} too`;
        return [{ invariant: "BYTES-KEPT", atMs, what }];
      });
    }),
  );
}

/** Sessions that a phone began by its page, which knows its cookie. */
function letInByPage({ chronicle: { facts }, sessions }: History): LetIn[] {
  const asked = new Map(
    facts.flatMap((fact, at) => (fact.kind === "asked" ? [[fact.ask, { ...fact, askedAt: at }] as const] : [])),
  );
  const answers = facts.flatMap((fact, answeredAt) => {
    const ask = fact.kind === "answered" && fact.code === "ok" ? asked.get(fact.ask) : undefined;
    return ask?.what === "code" || ask?.what === "return" ? [{ ...ask, answeredAt, atMs: fact.atMs }] : [];
  });
  return sessions.flatMap((session) => {
    const { phone, mac, fromMs } = session;
    const answer = answers.findLast(
      (each) =>
        each.phone === phone && (each.mac ?? mac) === mac && each.atMs <= fromMs && each.atMs > fromMs - letInWithinMs,
    );
    return answer === undefined ? [] : [{ ...session, askedAt: answer.askedAt, answeredAt: answer.answeredAt }];
  });
}
