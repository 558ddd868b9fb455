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
  const { day, fromMinute, untilMinute } = shownVisit(one, zone);
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
    { name: "visitDay", label: say("visitDay"), type: "date", value: day ?? (one === null ? null : today(zone)) },
    {
      name: "visitFrom",
      label: say("fromTime"),
      type: "select",
      value: String(fromMinute),
      options: clockOptions(0, 1410, fromMinute),
    },
    {
      name: "visitUntil",
      label: say("untilTime"),
      type: "select",
      value: String(untilMinute),
      options: clockOptions(30, 1440, untilMinute),
    },
    { name: "source", label: say("leadSource"), value: one?.source ?? null, group: "more" },
    { name: "note", label: say("note"), type: "textarea", value: one?.note ?? null, group: "more" },
  ];
}

/** A visit is on one day: what ends on another ends with the first, and midnight is its 24:00. */
function shownVisit(one: WholeInstallation | null, zone: Zone) {
  const from = one?.visitFromMs == null ? null : dayAndMinute(one.visitFromMs, zone);
  const until = one?.visitUntilMs == null ? null : dayAndMinute(one.visitUntilMs, zone);
  return {
    day: from?.day ?? null,
    fromMinute: from?.minute ?? 540,
    untilMinute: until === null ? 660 : until.day === from?.day ? until.minute : 1440,
  };
}

const orNull = (value: Values[string] | undefined) => (value == null || value === "" ? null : value);

/** @param before what the form was filled from: a visit that nobody changed stays, to the second, and where it is longer than a form can say */
export function installationOf(values: Values, zone: Zone, before: WholeInstallation | null = null) {
  const { visitDay, visitFrom, visitUntil, name, ...rest } = values;
  const day = orNull(visitDay);
  const shown = shownVisit(before, zone);
  const isShown =
    day === shown.day && Number(visitFrom) === shown.fromMinute && Number(visitUntil) === shown.untilMinute;
  const said = {
    name,
    ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, orNull(value)])),
  };
  if (before !== null && isShown) return said;
  return {
    ...said,
    visitFromMs: day === null ? null : momentOf(String(day), Number(visitFrom), zone),
    visitUntilMs: day === null ? null : momentOf(String(day), Number(visitUntil), zone),
  };
}
