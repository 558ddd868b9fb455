import type { TemplateResult } from "lit";
import type { Field, Values } from "../../components/action-form.ts";
import { formCard } from "../../components/form-card.ts";
import type { Plan, PlanChange, PlanGroup } from "../../data/catalogue/plans.ts";
import { say } from "../../strings/strings.ts";
import { currencyChoice, priceLabel } from "./currency-choice.ts";

/** The terms that most plans need. An empty field means unlimited. Bursts and schedules stay as they are. */
export function planForm(
  plan: Plan | null,
  { groups, currencies }: { readonly groups: readonly PlanGroup[]; readonly currencies: readonly string[] },
  on: {
    readonly submit: (change: PlanChange, key: string) => Promise<unknown>;
    readonly done: () => void;
    /** Somebody has changed the plan meanwhile: reads it again. */
    readonly reload?: () => void;
  },
): TemplateResult {
  const terms = plan?.terms;
  const fields: Field[] = [
    { name: "name", label: say("name"), required: true, value: plan?.name ?? null },
    {
      name: "priceCents",
      label: priceLabel(currencies),
      type: "money",
      required: true,
      min: 0,
      value: plan?.priceCents ?? null,
    },
    ...currencyChoice(currencies, plan?.currency ?? null),
    {
      name: "validitySeconds",
      label: say("validFor"),
      type: "duration",
      min: 0,
      value: terms?.validitySeconds ?? null,
      hint: say("emptyUnlimited"),
    },
    {
      name: "dataBytes",
      label: say("dataAmount"),
      type: "data",
      min: 0,
      value: terms?.dataBytes ?? null,
      hint: say("emptyUnlimited"),
    },
    { name: "downKbps", label: say("speedDown"), type: "speed", min: 0, value: terms?.downKbps ?? null },
    { name: "upKbps", label: say("speedUp"), type: "speed", min: 0, value: terms?.upKbps ?? null },
    { name: "devices", label: say("devicesAtOnce"), type: "number", min: 1, max: 1000, value: terms?.devices ?? 1 },
    {
      name: "groupId",
      label: say("planGroup"),
      type: "select",
      value: plan?.groupId ?? "",
      options: [
        { value: "", label: say("noGroup") },
        ...groups.map((group) => ({ value: group.groupId, label: group.name })),
      ],
    },
    { name: "active", label: say("onSale"), type: "checkbox", value: plan?.active ?? true },
  ];
  return formCard({
    fields,
    submitText: say("save"),
    submit: (values, key) => on.submit(changeOf(values), key),
    done: on.done,
    reload: on.reload,
  });
}

function changeOf(values: Values): PlanChange {
  const { validitySeconds, dataBytes, downKbps, upKbps } = values;
  const terms = { validitySeconds, dataBytes, downKbps, upKbps, devices: Number(values.devices ?? 1) };
  return {
    name: String(values.name),
    priceCents: Number(values.priceCents),
    ...(values.currency == null ? {} : { currency: String(values.currency) }),
    groupId: values.groupId === null ? null : String(values.groupId),
    active: values.active === true,
    terms: terms as PlanChange["terms"],
  };
}
