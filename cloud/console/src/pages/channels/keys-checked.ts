import type { ChannelKindForm } from "../../data/money/channels.ts";
import { say, sayNamed } from "../../strings/strings.ts";

/** What the check asked its owner about, and what only a payment shows: accepted keys are not all keys. */
export function keysCheckedText({ fields }: Pick<ChannelKindForm, "fields">): string {
  const ofSales = fields.filter(({ use }) => use !== "asking");
  const names = (isAsked: boolean) =>
    ofSales
      .filter(({ shownBy }) => (shownBy === "check") === isAsked)
      .map(({ label }) => sayNamed(label))
      .join(", ");
  const [asked, notAsked] = [names(true), names(false)];
  return notAsked === "" ? say("keysAskedAll", { asked }) : say("keysAsked", { asked, notAsked });
}
