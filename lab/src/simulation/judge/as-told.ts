/** NO-GIFT and NO-THEFT at the log-in: the router is told what the right is worth then, to the second and the byte, and all that its plan says. */
import type { InvariantName, Told, Violation } from "./chronicle.ts";
import { lineOf } from "./dues.ts";
import { termsAt } from "./gifts.ts";
import { type History, type RightHistory, type TrueSession, touches } from "./history.ts";
import { usualIdleSeconds } from "./limits.ts";
import { leastKnownAt, mostToldAt } from "./reports.ts";
import { secondsLeft } from "./seconds-left.ts";
import { speedsAt } from "./slowed.ts";

/** How often a site asks for reports: by itself, and as the hub says. */
const reportSeconds = { alone: 300, withHub: 60 };
/** While the date is unknown a session is kept as short. */
const unknownClockSeconds = 900;
/** From the site's decision to the session: a packet, and its disk; and with trouble, for as long as the router waits for an answer. */
const packetMs = 1;
const changesMax = 12;
const waitsMs = 12_000;

export function asTold(history: History): Violation[] {
  return [...history.rights.values()].flatMap((right) =>
    right.sessions.flatMap((session) =>
      session.told === null || !session.isCharged
        ? []
        : wrongsOf(history, right, session, session.told).map(([invariant, what]) => ({
            invariant,
            atMs: session.fromMs,
            what: `session ${session.session} of ${right.right.rightId} (${right.right.plan}): the router is told ${what}`,
          })),
    ),
  );
}

type Wrong = readonly [InvariantName, string];

function wrongsOf(history: History, right: RightHistory, session: TrueSession, told: Told): Wrong[] {
  const { terms } = right;
  const isAlone = history.isAlone;
  const idleSeconds = terms.idleTimeoutSeconds ?? (isAlone && terms.useSeconds !== null ? usualIdleSeconds : null);
  const reported = isAlone ? reportSeconds.alone : reportSeconds.withHub;
  const speeds = speedsAt(history, right, { knownMs: decidedMs(history, session), toldMs: session.fromMs });
  const isRight = ({ upKbps, downKbps }: (typeof speeds)[number]) =>
    told.upBitsPerSecond === upKbps * 1000 && told.downBitsPerSecond === downKbps * 1000;
  const found: Wrong[] = [];
  if (told.idleSeconds !== idleSeconds)
    found.push(["OFF-IN-TIME", `${told.idleSeconds} s of silence, and ${idleSeconds} is right`]);
  if (!speeds.some(isRight)) {
    const right = speeds.map(({ upKbps, downKbps }) => `${upKbps}/${downKbps}`).join(" or ");
    found.push(["NO-GIFT", `${told.upBitsPerSecond}/${told.downBitsPerSecond} bit/s, and ${right} kbit/s is right`]);
  }
  if (told.reportSeconds !== reported) found.push(["BYTES-KEPT", `to report each ${told.reportSeconds} s`]);
  if ((told.places ?? 1) < terms.devices) found.push(["NO-THEFT", `${told.places} places of ${terms.devices}`]);
  return [
    ...found,
    ...wrongBytes(history, right, session, told.bytes),
    ...wrongSeconds(history, right, session, told.seconds),
  ];
}

function decidedMs({ troubles, diskMs }: History, { fromMs }: TrueSession): number {
  const isCalm = !touches(
    troubles.filter(({ trouble }) => trouble !== "api" && trouble !== "clock"),
    { fromMs: fromMs - 60_000, toMs: fromMs },
  );
  return fromMs - (isCalm ? packetMs + changesMax * diskMs : waitsMs);
}

function wrongBytes(history: History, right: RightHistory, session: TrueSession, told: number | null): Wrong[] {
  const { dataBytes } = termsAt(history, right, session.fromMs, "most");
  const { dataBytes: leastBytes } = termsAt(history, right, session.fromMs, "least");
  if (dataBytes === null || leastBytes === null || right.terms.isDataFree === true) {
    return told === null || right.terms.isDataFree === true
      ? []
      : [["NO-THEFT", `${told} bytes, and its plan has no such end`]];
  }
  if (told === null) return [["NO-GIFT", "no end of its data"]];
  const most =
    dataBytes -
    leastKnownAt(history, right, { atMs: decidedMs(history, session), isWritten: false, untilMs: session.fromMs })
      .bytes;
  if (told > most) return [["NO-GIFT", `${told} bytes, and at most ${most} were left`]];
  const least = leastBytes - mostToldAt(right, session.fromMs).bytes;
  return told < least ? [["NO-THEFT", `${told} bytes, and ${least} were left`]] : [];
}

function wrongSeconds(history: History, right: RightHistory, session: TrueSession, told: number | null): Wrong[] {
  // A line of which a day was paid ends after the story, and its router is told when.
  const isLine = lineOf(history.chronicle.facts, right.right.rightId) !== undefined;
  if (right.terms.untilMs !== undefined || isLine) return [];
  const { most, least } = secondsLeft(history, right, { knownMs: decidedMs(history, session), atMs: session.fromMs });
  if (most === Infinity)
    return told === null || least === null ? [] : [["NO-THEFT", `${told} s, and its plan has no such end`]];
  if (told === null) return [["NO-GIFT", "no end of its time"]];
  if (told > most) return [["NO-GIFT", `${told} s, and at most ${most} were left`]];
  const isShort = least !== null && told < least && told !== unknownClockSeconds;
  return isShort ? [["NO-THEFT", `${told} s, and ${least} were left`]] : [];
}
