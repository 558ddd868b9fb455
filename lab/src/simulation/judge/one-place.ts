/** BYTES-KEPT of a phone that goes on with another address: the site knows it by its cookie, and counts its time in one place. */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History, type TrueSession, touches } from "./history.ts";
import { isNamed } from "./one-truth.ts";

/** From the page's answer to the session. */
const letInWithinMs = 10_000;
const noticedWithinMs = 60_000;

export function onePlace(history: History): Violation[] {
  const { chronicle, troubles, agentAway, dark, wasDamaged } = history;
  if (wasDamaged) return [];
  const byPage = letInByPage(history);
  const forgotten = factsOf(chronicle.facts, "new-mac").filter(({ keepsCookie }) => !keepsCookie);
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
        const isStranger = forgotten.some(
          (each) => each.phone === old.phone && each.atMs >= old.fromMs && each.atMs <= next.fromMs,
        );
        if (isStranger || booked?.isOpen !== true || others.length > 0) return [];
        const what = `phone ${old.phone} went on as session ${next.session}, and is charged for ${old.session} too`;
        return [{ invariant: "BYTES-KEPT", atMs, what }];
      });
    }),
  );
}

/** Sessions that a phone began by its page, which knows its cookie. */
function letInByPage({ chronicle: { facts }, sessions }: History): TrueSession[] {
  const asked = new Map(factsOf(facts, "asked").map((fact) => [fact.ask, fact]));
  const answers = factsOf(facts, "answered").flatMap(({ ask, code, atMs }) => {
    const { what, phone } = asked.get(ask) ?? {};
    return code === "ok" && (what === "code" || what === "return") ? [{ phone, atMs }] : [];
  });
  return sessions.filter(({ phone, fromMs }) =>
    answers.some((each) => each.phone === phone && each.atMs <= fromMs && each.atMs > fromMs - letInWithinMs),
  );
}
