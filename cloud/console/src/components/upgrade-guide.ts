import { html, nothing } from "lit";
import { sectionHref } from "../guides/find-in-guides.ts";
import { say } from "../strings/strings.ts";

/** Beside a remedy: the section of the guide that says how, where a router's RouterOS is too old. */
export function upgradeGuide(problem: string | null | undefined) {
  if (problem !== "version-too-old") return nothing;
  return html` <a href=${sectionHref("installer", "upgrade")}>${say("howToUpgrade")}</a>`;
}
