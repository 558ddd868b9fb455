import type { Alarm } from "../../data/fleet/alarms.ts";
import { alarmPlacesOfModules } from "../../modules/module-pages.ts";
import { en } from "../../strings/en.ts";
import { say, word } from "../../strings/strings.ts";

/** What happened, in a sentence. A kind that this console does not know is shown by its name. */
export const alarmWords = ({ kind }: Pick<Alarm, "kind">): string => word("alarm", kind);

/** What to do about it. Null: this console does not know the kind. */
export function alarmAdvice({ kind }: Pick<Alarm, "kind">): string | null {
  const key = `advice_${kind.replaceAll("-", "_")}`;
  return Object.hasOwn(en, key) ? say(key as keyof typeof en) : null;
}

/** Where one does something about it. Null: nowhere on this console. */
export function alarmHref({ kind, siteId, channelId }: Pick<Alarm, "kind" | "siteId" | "channelId">): string | null {
  const ofModule = alarmPlacesOfModules[kind];
  if (ofModule !== undefined) return ofModule[0];
  if (kind === "refund-returned") return "#/refunds";
  if (isOfQuota(kind)) return "#/settings?subject=limits";
  if (channelId !== null) return `#/channels/${encodeURIComponent(channelId)}`;
  return siteId === null ? null : `#/sites/${encodeURIComponent(siteId)}`;
}

/** Where it is, in words. Null: nowhere in particular. */
export function alarmPlace(row: Pick<Alarm, "kind" | "siteName" | "channelName">): string | null {
  const ofModule = alarmPlacesOfModules[row.kind];
  if (ofModule !== undefined) return say(ofModule[1]);
  if (isOfQuota(row.kind)) return say("settings");
  return row.siteName ?? row.channelName;
}

/** Quotas stand at the settings. */
const isOfQuota = (kind: string): boolean => kind.startsWith("quota-reached-");
