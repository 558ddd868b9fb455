/** The form of a rule: what it asks, and what the hub gets of it. */
import { alarmKinds } from "@karibu/protocol/alarms/alarm-kinds";
import type { Field, Option, Values } from "../../components/action-form.ts";
import { optionsOf } from "../../components/fields/options-of.ts";
import type { Names } from "../../data/names.ts";
import type { AlarmRule, RuleFields } from "../../data/operations/alarm-rules.ts";
import type { RuleTick } from "../../modules/console-module.ts";
import type { Strings } from "../../strings/en.ts";
import { say, word } from "../../strings/strings.ts";

export interface RuleNames {
  readonly sites: Names;
  readonly staff: Names;
  /** By ways of modules: to those people, and to others. */
  readonly ticks: readonly RuleTick[];
  readonly others: readonly { readonly field: "webhookIds"; readonly label: keyof Strings; readonly names: Names }[];
}
export const noRuleNames: RuleNames = { sites: new Map(), staff: new Map(), ticks: [], others: [] };

/** @param rule null: a new one */
export function ruleFields(rule: AlarmRule | null, names: RuleNames): Field[] {
  const all: Option = { value: "", label: say("allOfThem") };
  const nobody: Option = { value: "", label: say("none") };
  return [
    { name: "name", label: say("name"), required: true, value: rule?.name ?? "" },
    { name: "active", label: say("ruleIsOn"), type: "checkbox", value: rule?.active ?? true },
    {
      name: "kind",
      label: say("ruleKinds"),
      type: "select",
      value: rule?.kinds?.[0] ?? "",
      options: [all, ...Object.keys(alarmKinds).map((value) => ({ value, label: word("alarm", value) }))],
    },
    { name: "graveOnly", label: say("ruleGraveOnly"), type: "checkbox", value: rule?.graveOnly ?? true },
    {
      name: "siteId",
      label: say("site"),
      type: "select",
      value: rule?.siteIds?.[0] ?? "",
      options: [all, ...optionsOf(names.sites)],
    },
    {
      name: "afterSeconds",
      label: say("ruleAfter"),
      type: "duration",
      required: true,
      value: (rule?.afterMs ?? 600_000) / 1000,
    },
    { name: "owners", label: say("ruleOwners"), type: "checkbox", value: rule?.to.owners ?? true },
    ...names.ticks.map(
      ({ field, label }): Field => ({
        name: field,
        label: say(label),
        type: "checkbox",
        value: rule?.to[field] ?? true,
      }),
    ),
    {
      name: "phones",
      label: say("rulePhones"),
      hint: say("rulePhonesHint"),
      value: rule?.to.phones.join(", ") ?? "",
    },
    {
      name: "userId",
      label: say("ruleUser"),
      type: "select",
      value: rule?.to.userIds[0] ?? "",
      options: [nobody, ...optionsOf(names.staff)],
    },
    ...names.others.map(
      (other): Field => ({
        name: other.field,
        label: say(other.label),
        type: "select",
        group: "more",
        value: rule?.to[other.field][0] ?? "",
        options: [nobody, ...optionsOf(other.names)],
      }),
    ),
    { name: "wakes", label: say("ruleWakes"), type: "checkbox", value: rule?.wakes ?? false },
    { name: "tellsEnd", label: say("ruleTellsEnd"), type: "checkbox", value: rule?.tellsEnd ?? true },
    {
      name: "escalateSeconds",
      label: say("ruleEscalateAfter"),
      hint: say("ruleEscalateHint"),
      type: "duration",
      group: "more",
      value: rule?.escalateAfterMs == null ? null : rule.escalateAfterMs / 1000,
    },
    {
      name: "escalatePhones",
      label: say("ruleEscalatePhones"),
      group: "more",
      value: rule?.escalateTo?.phones.join(", ") ?? "",
    },
  ];
}

/** What the form does not ask for stays as it was: more kinds, sites, people than one. */
export function ruleOf(values: Values, before: AlarmRule | null): RuleFields {
  const phonesIn = (text: unknown) =>
    (typeof text === "string" ? text.split(/[,;\n]/) : []).map((one) => one.trim()).filter((one) => one !== "");
  const one = (name: string, all: readonly string[] | null | undefined): string[] | null => {
    const chosen = typeof values[name] === "string" && values[name] !== "" ? (values[name] as string) : null;
    if (chosen === null) return null;
    return all?.[0] === chosen ? [...all] : [chosen];
  };
  const milliseconds = (name: string) => (typeof values[name] === "number" ? (values[name] as number) * 1000 : null);
  const escalatePhones = phonesIn(values.escalatePhones);
  return {
    name: String(values.name ?? ""),
    active: values.active === true,
    kinds: one("kind", before?.kinds),
    graveOnly: values.graveOnly === true,
    siteIds: one("siteId", before?.siteIds),
    afterMs: milliseconds("afterSeconds") ?? 0,
    wakes: values.wakes === true,
    tellsEnd: values.tellsEnd === true,
    to: {
      owners: values.owners === true,
      userIds: one("userId", before?.to.userIds) ?? [],
      push: values.push === undefined ? (before?.to.push ?? true) : values.push === true,
      phones: phonesIn(values.phones),
      webhookIds:
        values.webhookIds === undefined
          ? (before?.to.webhookIds ?? [])
          : (one("webhookIds", before?.to.webhookIds) ?? []),
    },
    escalateAfterMs: milliseconds("escalateSeconds"),
    escalateTo:
      escalatePhones.length === 0
        ? null
        : { owners: true, userIds: [], push: true, webhookIds: [], ...before?.escalateTo, phones: escalatePhones },
  };
}
