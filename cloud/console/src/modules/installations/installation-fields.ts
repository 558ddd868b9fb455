/** What the office says of an installation: fields, and what is sent of them. */
import type { Field, Values } from "../../components/action-form.ts";
import { clockOptions, dayAndMinute, momentOf } from "../../components/dates/clock-options.ts";
import { optionsOf } from "../../components/fields/options-of.ts";
import type { Plan } from "../../data/catalogue/plans.ts";
import type { Names } from "../../data/names.ts";
import { planOptions } from "../../pages/plans/plan-options.ts";
import { today, type Zone } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import type { WholeInstallation } from "./installations.ts";

export interface Choices {
  readonly plans: readonly Plan[];
  readonly sites: Names;
  readonly staff: Names;
}

export function installationFields(
  one: WholeInstallation | null,
  { plans, sites, staff }: Choices,
  zone: Zone,
): Field[] {
  const none = { value: "", label: say("none") };
  const from = one?.visitFromMs == null ? null : dayAndMinute(one.visitFromMs, zone);
  const until = one?.visitUntilMs == null ? null : dayAndMinute(one.visitUntilMs, zone);
  const half = (minute: number) => String(Math.floor(minute / 30) * 30);
  // A visit is on one day: what ends on another ends with the first, and midnight is its 24:00.
  const untilMinute = until === null ? 660 : until.day === from?.day ? until.minute : 1440;
  return [
    { name: "name", label: say("name"), required: true, value: one?.name ?? "" },
    { name: "phone", label: say("phone"), type: "tel", value: one?.phone == null ? null : `+${one.phone}` },
    { name: "placeNote", label: say("placeNote"), value: one?.placeNote ?? null },
    {
      name: "planId",
      label: say("wishedPlan"),
      type: "select",
      value: one?.planId ?? "",
      options: [none, ...planOptions(plans)],
    },
    {
      name: "siteId",
      label: say("site"),
      type: "select",
      value: one?.siteId ?? "",
      options: [none, ...optionsOf(sites)],
    },
    {
      ...({ name: "assignedTo", label: say("technician"), type: "select", value: one?.assignedTo ?? "" } as const),
      options: [{ value: "", label: say("nobodyYet") }, ...optionsOf(staff)],
    },
    { name: "visitDay", label: say("visitDay"), type: "date", value: from?.day ?? (one === null ? null : today(zone)) },
    {
      name: "visitFrom",
      label: say("fromTime"),
      type: "select",
      value: half(from?.minute ?? 540),
      options: clockOptions(0, 1410),
    },
    {
      name: "visitUntil",
      label: say("untilTime"),
      type: "select",
      value: half(untilMinute),
      options: clockOptions(30, 1440),
    },
    { name: "source", label: say("leadSource"), value: one?.source ?? null, group: "more" },
    { name: "note", label: say("note"), type: "textarea", value: one?.note ?? null, group: "more" },
  ];
}

const orNull = (value: Values[string] | undefined) => (value == null || value === "" ? null : value);

export function installationOf(values: Values, zone: Zone) {
  const { visitDay, visitFrom, visitUntil, name, ...rest } = values;
  const day = orNull(visitDay);
  return {
    name,
    ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, orNull(value)])),
    visitFromMs: day === null ? null : momentOf(String(day), Number(visitFrom), zone),
    visitUntilMs: day === null ? null : momentOf(String(day), Number(visitUntil), zone),
  };
}
