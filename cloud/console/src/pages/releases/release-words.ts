/** The texts for the outcome of an update. Pure. */
import type { ReleaseChannel, SiteRelease } from "../../data/fleet/releases.ts";
import type { Strings } from "../../strings/en.ts";

export type Tone = "good" | "warn" | "bad" | "";

/** Null: the site has no release to run. */
export function outcomeOf(site: Pick<SiteRelease, "outcome">): { word: keyof Strings; tone: Tone } | null {
  if (site.outcome === null) return null;
  const tones = { waiting: "", running: "good", failed: "bad", refused: "warn", lost: "bad" } as const;
  return { word: `update_${site.outcome}`, tone: tones[site.outcome] };
}

const reasons: Readonly<Record<string, keyof Strings>> = {
  crashed: "whyCrashed",
  silent: "whySilent",
  hung: "whyHung",
  "went-back": "whyWentBack",
  "power-cuts": "whyPowerCuts",
  "disk-full": "whyDiskFull",
  "disk-refuses": "whyDiskRefuses",
  "needs-newer-image": "whyNeedsImage",
  "wrong-signature": "whySignature",
};

/** A reason without a text is shown as the site reported it. */
export function reasonOf(why: string | null): keyof Strings | null {
  return why === null ? null : (reasons[why] ?? null);
}

export function stateOf(channel: ReleaseChannel): { word: keyof Strings; tone: Tone } {
  if (channel.releaseId === null) return { word: "carriesNothing", tone: "" };
  if (!channel.paused) return { word: channel.percent === 100 ? "toAllSites" : "inStages", tone: "good" };
  if (channel.pauseReason === "sites-failed") return { word: "pausedFailed", tone: "bad" };
  return channel.pauseReason === "sites-lost"
    ? { word: "pausedLost", tone: "bad" }
    : { word: "pausedByHand", tone: "warn" };
}
