/** The fields of what staff give: to one grant, or to everybody at a site. */
import type { Field, Values } from "../../components/action-form.ts";
import { say } from "../../strings/strings.ts";

/** `ofOne`: also a speed and a number of devices. */
export function giftFields(ofOne: boolean): readonly Field[] {
  const more: Field[] = [
    { name: "downKbps", label: say("newSpeedDown"), type: "speed", min: 0, group: "more" },
    { name: "upKbps", label: say("newSpeedUp"), type: "speed", min: 0, group: "more" },
    { name: "devices", label: say("newDevices"), type: "number", min: 1, max: 1000, group: "more" },
  ];
  return [
    { name: "seconds", label: say("moreTime"), type: "duration", min: 0 },
    { name: "dataBytes", label: say("moreData"), type: "data", min: 0 },
    { name: "useSeconds", label: say("moreTimeOnline"), type: "duration", min: 0, group: "more" },
    ...(ofOne ? more : []),
  ];
}

export const reasonField = (): Field => ({ name: "reason", label: say("whyChanged"), required: true });

/** What was typed, as the hub takes it. */
export function giftOf(values: Values): Record<string, Values[string]> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
