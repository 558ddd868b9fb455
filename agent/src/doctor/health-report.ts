/**
 * Tells the hub what the doctor found at the router: one record each time that the list of findings changes, and rarely enough for a link
 * whose every byte is paid for. Findings that come and go wait; what is told is then the newest.
 */

import type { RouterHealth, SiteFinding } from "@karibu/protocol/router/router-health";
import { findingsMax } from "@karibu/protocol/router/router-health";
import { cutText } from "@karibu/protocol/whole-text";
import type { Timer, World } from "@karibu/protocol/world";
import type { Recorder } from "../state/recorder.ts";
import type { Finding } from "./finding.ts";

export interface HealthReport {
  /** As it is now. */
  health(): RouterHealth;
  /** The doctor, or who compares, has looked. */
  looked(): void;
  stop(): void;
}

export interface HealthParts {
  /** The same findings in the same order. */
  readonly findings: (language: "en" | "sw") => readonly Finding[];
  readonly routerOs: () => string | null;
  readonly isCompared: () => boolean;
  readonly recorder: Pick<Recorder, "record">;
}

/** So many changes are told at once, and after that one in each hour. */
const burst = 4;
const hourMs = 3_600_000;
const sentenceMax = 600;

export function createHealthReport({ clock, log }: World, parts: HealthParts): HealthReport {
  let told: string | null = null;
  let places = burst;
  let placesAtMs = clock.monotonicMs();
  let timer: Timer | null = null;

  function refill(): void {
    const hours = Math.floor((clock.monotonicMs() - placesAtMs) / hourMs);
    if (hours === 0) return;
    places = Math.min(burst, places + hours);
    placesAtMs += hours * hourMs;
  }

  function tell(): void {
    const health = healthOf(parts);
    const now = signatureOf(health);
    if (now === told) return;
    refill();
    if (places === 0) {
      timer ??= clock.after(placesAtMs + hourMs - clock.monotonicMs(), () => {
        timer = null;
        tell();
      });
      return;
    }
    places--;
    told = now;
    parts.recorder.record({ kind: "router-health", ...health }).catch((error: unknown) => {
      told = null; // on a full disk it is told after the next look
      log.debug("router-health-not-recorded", { error: String(error) });
    });
  }

  return {
    health: () => healthOf(parts),
    looked: tell,
    stop() {
      timer?.cancel();
      timer = null;
    },
  };
}

/** What is well is not told. Pure. */
function healthOf({ findings, routerOs, isCompared }: Omit<HealthParts, "recorder">): RouterHealth {
  const swahili = findings("sw");
  const all = findings("en").flatMap((finding, at): SiteFinding[] => {
    if (finding.grade === "ok") return [];
    const other = swahili[at] ?? finding;
    const both = (of: "text" | "advice") => ({
      en: cutText(finding[of], sentenceMax),
      sw: cutText(other[of], sentenceMax),
    });
    const { check, repair, isRisky } = finding;
    const level = finding.stops === true ? "stops" : finding.grade === "wrong" ? "wrong" : "notice";
    return [
      {
        check: cutText(check, 128),
        level,
        text: both("text"),
        advice: both("advice"),
        ...(repair === undefined ? {} : { repair }),
        ...(isRisky === true ? { isRisky } : {}),
      },
    ];
  });
  const rank = { stops: 0, wrong: 1, notice: 2 };
  const worstFirst = all.sort((one, other) => rank[one.level] - rank[other.level]);
  return {
    routerOs: routerOs() === null ? null : cutText(routerOs() ?? "", 40),
    isCompared: isCompared(),
    findings: worstFirst.slice(0, findingsMax),
  };
}

/** Numbers in the sentences move all the time: which findings there are is what counts. */
const signatureOf = ({ findings, routerOs, isCompared }: RouterHealth): string =>
  JSON.stringify([routerOs, isCompared, findings.map(({ check, level }) => `${check} ${level}`).sort()]);
