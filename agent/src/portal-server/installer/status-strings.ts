/** What the installer's page says around the rows of the site. */
import type { ProblemCode } from "@karibu/protocol/portal-api";
import type { LoggedLogIn } from "../../access/log-in-history.ts";
import type { StaffLanguage } from "../page/page-frame.ts";
import type { StatusItem } from "./status-report.ts";

export interface StatusStrings {
  readonly title: string;
  readonly version: (version: string) => string;
  readonly allWell: string;
  readonly toDo: (count: number) => string;
  readonly attention: string;
  readonly works: string;
  readonly refresh: string;
  readonly states: Readonly<Record<StatusItem["state"], string>>;
  readonly logIns: string;
  readonly noLogIns: string;
  readonly noLogInsText: string;
  readonly times: (zone: string) => string;
  readonly letIn: string;
  readonly refused: string;
  readonly by: Readonly<Record<LoggedLogIn["by"], string>>;
  readonly reasons: Partial<Readonly<Record<ProblemCode, string>>>;
}

const english: StatusStrings = {
  title: "State of this site",
  version: (version) => `Agent ${version}`,
  allWell: "Everything that can be seen from here works.",
  toDo: (count) => (count === 1 ? "One thing needs attention." : `${count} things need attention.`),
  attention: "Needs attention",
  works: "Works",
  refresh: "Look again",
  states: { ok: "works", waiting: "waiting", missing: "missing", wrong: "wrong" },
  logIns: "Last log-ins",
  noLogIns: "Nobody has tried to log in since the agent started.",
  noLogInsText: "Connect a phone to the Wi-Fi and use a voucher: it appears here, let in or with the reason.",
  times: (zone) => `Times in ${zone}.`,
  letIn: "let in",
  refused: "refused",
  by: { voucher: "voucher", account: "account", purchase: "purchase", unknown: "" },
  reasons: {
    "unknown-user": "unknown code or user",
    "wrong-password": "wrong password",
    guessing: "too many wrong codes",
    "one-moment": "waiting for its turn",
    disabled: "switched off",
    revoked: "withdrawn",
    suspended: "suspended",
    expired: "expired",
    "time-used": "time used up",
    "data-used": "data used up",
    "outside-schedule": "not at this hour",
    "too-many-devices": "too many devices",
    elsewhere: "in use at another site",
    "clock-unknown": "the time is not known",
    "not-remembered": "the site does not know yet what was used",
    paused: "paused by the customer",
    "moved-too-often": "moved to other devices too often",
  },
};

const swahili: StatusStrings = {
  title: "Hali ya kituo hiki",
  version: (version) => `Wakala ${version}`,
  allWell: "Kila kinachoonekana kutoka hapa kinafanya kazi.",
  toDo: (count) =>
    count === 1 ? "Jambo moja linahitaji kushughulikiwa." : `Mambo ${count} yanahitaji kushughulikiwa.`,
  attention: "Ya kushughulikia",
  works: "Yanayofanya kazi",
  refresh: "Angalia tena",
  states: { ok: "sawa", waiting: "inasubiri", missing: "haipo", wrong: "kosa" },
  logIns: "Walioingia karibuni",
  noLogIns: "Hakuna aliyejaribu kuingia tangu wakala aanze.",
  noLogInsText: "Unganisha simu kwenye Wi-Fi na utumie vocha: itaonekana hapa, imeruhusiwa au kwa nini imekataliwa.",
  times: (zone) => `Saa za ${zone}.`,
  letIn: "ameingia",
  refused: "amekataliwa",
  by: { voucher: "vocha", account: "akaunti", purchase: "ununuzi", unknown: "" },
  reasons: {
    "unknown-user": "msimbo au mtumiaji hajulikani",
    "wrong-password": "nenosiri si sahihi",
    guessing: "misimbo mingi isiyo sahihi",
    "one-moment": "kinasubiri zamu yake",
    disabled: "imezimwa",
    revoked: "imeondolewa",
    suspended: "imesimamishwa",
    expired: "muda umeisha",
    "time-used": "muda umetumika wote",
    "data-used": "data imetumika yote",
    "outside-schedule": "si saa zake",
    "too-many-devices": "vifaa vingi mno",
    elsewhere: "inatumika kituo kingine",
    "clock-unknown": "saa haijulikani",
    "not-remembered": "haikumbukwi, na bado haijaelezwa",
    paused: "imesitishwa na mteja",
    "moved-too-often": "imehamishwa vifaa mara nyingi mno",
  },
};

export const statusStrings: Readonly<Record<StaffLanguage, StatusStrings>> = { en: english, sw: swahili };
