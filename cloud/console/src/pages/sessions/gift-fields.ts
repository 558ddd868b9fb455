/** The fields of what staff give: to one grant, or to everybody at a site. */
import type { Fields } from "../../components/fields/values-of.ts";
import { say } from "../../strings/strings.ts";

export const giftFields = () =>
  [
    { name: "seconds", label: say("moreTime"), type: "duration", min: 0 },
    { name: "dataBytes", label: say("moreData"), type: "data", min: 0 },
    { name: "useSeconds", label: say("moreTimeOnline"), type: "duration", min: 0, group: "more" },
  ] as const satisfies Fields;

/** Of one grant also a speed and a number of devices. */
export const giftFieldsOfOne = () =>
  [
    ...giftFields(),
    { name: "downKbps", label: say("newSpeedDown"), type: "speed", min: 0, group: "more" },
    { name: "upKbps", label: say("newSpeedUp"), type: "speed", min: 0, group: "more" },
    { name: "devices", label: say("newDevices"), type: "number", min: 1, max: 1000, group: "more" },
  ] as const satisfies Fields;

export const reasonField = () => ({ name: "reason", label: say("whyChanged"), required: true }) as const;
