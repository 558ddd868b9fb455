/** NO-GIFT: a package is online on as many devices as it is for. One more pushes another out, which is off within the time of OFF-IN-TIME. */
import type { Violation } from "./chronicle.ts";
import { termsAt } from "./gifts.ts";
import { broken, emptyYes, type History, type RightHistory, type Span, type TrueSession, touches } from "./history.ts";
import { lookMs, offWithinMs, reportEveryMs } from "./limits.ts";
import { couldAct } from "./off-in-time.ts";

export function* devicesAtOnce(history: History): Iterable<Violation> {
  for (const right of history.rights.values())
    for (const { fromMs, toMs } of tooMany(history, right)) {
      const isShort = toMs - fromMs <= offWithinMs + lookMs;
      const isForgotten = history.forgetting.some((lostMs) => lostMs <= toMs);
      if (isShort || isForgotten || !couldAct(history, { fromMs }, toMs)) continue;
      // A router that says yes and does nothing is found out by its next report.
      if (touches(emptyYes(history), { fromMs: fromMs - reportEveryMs, toMs })) continue;
      const { rightId, plan } = right.right;
      const seconds = Math.round((toMs - fromMs) / 1000);
      const what = `${rightId} (${plan}) was online on more devices than its ${right.terms.devices} for ${seconds} s`;
      yield broken("NO-GIFT", toMs, what);
    }
}

/** When more phones were online with it than it is for. */
function tooMany(history: History, right: RightHistory): Span[] {
  const moments = right.sessions
    .filter((session) => session.toMs > session.fromMs)
    .flatMap((session) => [
      { atMs: session.fromMs, session, isStart: true },
      { atMs: session.toMs, session, isStart: false },
    ])
    // A session that ends as another begins is no overlap.
    .sort((one, other) => one.atMs - other.atMs || Number(one.isStart) - Number(other.isStart));
  const online = new Set<TrueSession>();
  const found: Span[] = [];
  let fromMs: number | null = null;
  for (const { atMs, session, isStart } of moments) {
    if (isStart) online.add(session);
    else online.delete(session);
    const phones = new Set([...online].map(({ phone }) => phone)).size;
    const isTooMany = phones > termsAt(history, right, atMs, "most").devices;
    if (isTooMany) fromMs ??= atMs;
    else if (fromMs !== null) {
      found.push({ fromMs, toMs: atMs });
      fromMs = null;
    }
  }
  return found;
}
