import { find, quote } from "../language/rsc-text.ts";
import type { SettingStep, Step } from "../steps/step.ts";
import type { ScriptValues } from "../values/script-values.ts";

type Wifi = NonNullable<ScriptValues["guests"]["wifi"]>[number];

/** The profile without a password for the older Wi-Fi driver, where an interface names one. Removal takes it by its comment. */
export const openProfileMenu = "/interface/wireless/security-profiles";
const openProfile = "karibu-open";

/** Guests' Wi-Fi has no password: the hotspot lets in who has paid. What the interface had comes back with removal. */
export function guestWifi({ guests }: ScriptValues): Step[] {
  return (guests.wifi ?? []).flatMap((wifi) => openWifi(wifi, guests.ssid ?? ""));
}

function openWifi({ name, driver }: Wifi, ssid: string): Step[] {
  const step = {
    kind: "setting",
    menu: `/interface/${driver}`,
    row: name,
    savedAs: `wifi-${name}`,
    optionalMenu: true,
  } as const;
  if (driver === "wireless") {
    const setting: SettingStep = {
      ...step,
      properties: { ssid, "security-profile": openProfile, disabled: false },
      savedProperties: { ssid: "free text", "security-profile": "free text", disabled: "flag" },
    };
    return [makeOpenProfile, setting];
  }
  return [
    {
      ...step,
      properties: { "configuration.ssid": ssid, "security.authentication-types": "", disabled: false },
      savedProperties: {
        disabled: "flag",
        "configuration.ssid": "free text",
        "security.authentication-types": "list",
      },
      // An interface takes what it does not set itself from its profiles. An empty value of its own would leave it without a password.
      unsetWhenEmpty: ["configuration.ssid", "security.authentication-types"],
    },
  ];
}

const makeOpenProfile: Step = {
  kind: "commands",
  lines: [
    `:do { [[:parse ${quote(
      `:if ([:len ${find(openProfileMenu, "comment", "karibu:open-wifi")}] = 0) do={ ${openProfileMenu}/add name=${openProfile} mode=none comment="karibu:open-wifi" }`,
    )}]] } on-error={ :put ${quote(`karibu: could not set ${openProfileMenu}`)} }`,
  ],
};
