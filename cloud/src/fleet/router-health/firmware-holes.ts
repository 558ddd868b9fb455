/**
 * Known holes of RouterOS by version, and what to do. Facts only: each with its CVE. A version that stands in a range is hit, and the end of
 * its range is the first that is mended. @see CVEProject/cvelistV5; DIVD-2026-00012 for those of 2026
 */
import type { FindingLevel, SiteFinding } from "@karibu/protocol/router/router-health";

interface Hole {
  readonly cves: readonly string[];
  /** From the first (included) to the first that is mended (not included). */
  readonly hit: readonly (readonly [from: string, mended: string])[];
  readonly level: FindingLevel;
  readonly en: string;
  readonly sw: string;
}

export const firmwareHoles: readonly Hole[] = [
  {
    cves: ["CVE-2026-67279", "CVE-2026-86060"],
    hit: [
      ["6.0", "6.49.21"],
      ["7.0", "7.23.4"],
      ["7.24", "7.24.2"],
    ],
    level: "wrong",
    en: "Strangers can log in by SSH without a password. It is used against routers since September 2026.",
    sw: "Wageni wanaweza kuingia kwa SSH bila nenosiri. Inatumiwa dhidi ya ruta tangu Septemba 2026.",
  },
  {
    cves: ["CVE-2026-67276", "CVE-2026-67277"],
    hit: [
      ["6.0", "6.49.21"],
      ["7.0", "7.23.4"],
      ["7.24", "7.24.2"],
    ],
    level: "notice",
    en: "Users' RSA keys and the bandwidth test can be misused, up to a restart.",
    sw: "Funguo za RSA za watumiaji na jaribio la kasi vinaweza kutumiwa vibaya, hadi ruta kuwaka upya.",
  },
  {
    cves: ["CVE-2025-42611"],
    hit: [["7.0", "7.21"]],
    level: "notice",
    en: "CAPsMAN, OpenVPN and dot1x trust any authority's certificate.",
    sw: "CAPsMAN, OpenVPN na dot1x huamini cheti cha mamlaka yoyote.",
  },
  {
    cves: ["CVE-2025-10948"],
    hit: [["7.0", "7.20.1"]],
    level: "notice",
    en: "The REST service can be made to overwrite memory.",
    sw: "Huduma ya REST inaweza kulazimishwa kuandika juu ya kumbukumbu.",
  },
  {
    cves: ["CVE-2025-6563"],
    hit: [["7.0", "7.19.2"]],
    level: "wrong",
    en: "The hotspot's pages pass a script on to customers' browsers.",
    sw: "Kurasa za hotspot hupitisha skripti kwa vivinjari vya wateja.",
  },
  {
    cves: ["CVE-2024-54772"],
    hit: [
      ["6.43", "6.49.18"],
      ["7.0", "7.18"],
    ],
    level: "notice",
    en: "WinBox tells strangers which user names there are.",
    sw: "WinBox huwaambia wageni majina ya watumiaji yaliyopo.",
  },
  {
    cves: ["CVE-2024-3596"],
    hit: [["6.0", "7.15"]],
    level: "wrong",
    en: "Answers of RADIUS can be forged: it can't ask for signed ones.",
    sw: "Majibu ya RADIUS yanaweza kughushiwa: haiwezi kudai yaliyosainiwa.",
  },
  {
    cves: ["CVE-2024-2169"],
    hit: [
      ["6.0", "6.49.12"],
      ["7.0", "7.13.3"],
    ],
    level: "notice",
    en: "Two services can be made to send each other UDP packets without end.",
    sw: "Huduma mbili zinaweza kulazimishwa kutumiana pakiti za UDP bila mwisho.",
  },
  {
    cves: ["CVE-2023-41570"],
    hit: [["7.1", "7.12"]],
    level: "notice",
    en: "REST answers addresses that the service's own list does not hold.",
    sw: "REST hujibu anwani ambazo hazimo kwenye orodha ya huduma.",
  },
  {
    cves: ["CVE-2023-32154"],
    hit: [
      ["6.0", "6.48.7"],
      ["7.0", "7.9.1"],
    ],
    level: "wrong",
    en: "A packet of IPv6 from the neighbourhood can run a program on the router.",
    sw: "Pakiti ya IPv6 kutoka mtandao wa jirani inaweza kuendesha programu kwenye ruta.",
  },
  {
    cves: ["CVE-2023-30799"],
    hit: [["6.0", "6.49.7"]],
    level: "wrong",
    en: "An administrator can take over the router's own system.",
    sw: "Msimamizi anaweza kuchukua mfumo wenyewe wa ruta.",
  },
  {
    cves: ["CVE-2022-45313"],
    hit: [["7.0", "7.5"]],
    level: "wrong",
    en: "A packet to the hotspot can overwrite its memory.",
    sw: "Pakiti kwa hotspot inaweza kuandika juu ya kumbukumbu yake.",
  },
  {
    cves: ["CVE-2018-14847"],
    hit: [["6.29", "6.42.1"]],
    level: "wrong",
    en: "WinBox lets strangers read all passwords.",
    sw: "WinBox huwaruhusu wageni kusoma manenosiri yote.",
  },
];

type Version = readonly [number, number, number];

/** `7.22.1 (stable)`, `7.25beta3`. Null: of another shape. */
function readRouterOs(text: string | null): Version | null {
  const [, major = "", minor = "", patch = "0"] = /^(\d{1,2})\.(\d{1,3})(?:\.(\d{1,3}))?/.exec(text ?? "") ?? [];
  return major === "" ? null : [Number(major), Number(minor), Number(patch)];
}

function isBefore(one: Version, other: Version): boolean {
  const at = one.findIndex((part, index) => part !== other[index]);
  return at !== -1 && (one[at] ?? 0) < (other[at] ?? 0);
}

/** Is the first version older? Null: one of them is of another shape. */
export function isOlder(one: string | null, other: string): boolean | null {
  const [first, second] = [readRouterOs(one), readRouterOs(other)];
  return first === null || second === null ? null : isBefore(first, second);
}

/** One finding for each hole of this version. Pure. */
export function holesOf(routerOs: string | null): readonly SiteFinding[] {
  const version = readRouterOs(routerOs);
  if (version === null) return [];
  return firmwareHoles.flatMap(({ cves, hit, level, en, sw }): SiteFinding[] => {
    const range = hit.find(([from, mended]) => {
      const [first, last] = [readRouterOs(from), readRouterOs(mended)];
      return first !== null && last !== null && !isBefore(version, first) && isBefore(version, last);
    });
    if (range === undefined) return [];
    const names = cves.join(", ");
    const mended = hit.map(([, each]) => each).join(", ");
    return [
      {
        check: `hole:${cves[0]}`,
        level,
        text: { en: `${en} (${names})`, sw: `${sw} (${names})` },
        advice: {
          en: `Upgrade RouterOS: mended in ${mended}. Plan it under Upgrades, one site first.`,
          sw: `Boresha RouterOS: imerekebishwa kwenye ${mended}. Panga kwenye Maboresho, kituo kimoja kwanza.`,
        },
      },
    ];
  });
}
