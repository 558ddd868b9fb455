import { usualIdleTimeoutSeconds } from "@karibu/protocol/plan";
import { html, type TemplateResult } from "lit";
import type { Field, Values } from "../../components/action-form.ts";
import { readField } from "../../components/fields/form-values.ts";
import { formCard } from "../../components/form-card.ts";
import type { NewPlan, Plan, PlanGroup } from "../../data/catalogue/plans.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";
import { currencyChoice, priceLabel } from "./currency-choice.ts";
import "./plan-week.ts";
import { specialFields } from "./special-fields.ts";
import { specialTerms } from "./special-terms.ts";

const noSpecials = { burst: null };

/** The terms that most plans need. An empty field means unlimited. Below stands what the special terms mean, as they are typed. */
export function planForm(
  plan: Plan | null,
  offered: {
    readonly groups: readonly PlanGroup[];
    readonly currencies: readonly string[];
    /** Of the provider: its days and hours are the plan's. */
    readonly utcOffsetMinutes: number;
  },
  on: {
    readonly submit: (plan: NewPlan, key: string) => Promise<unknown>;
    readonly done: () => void;
    /** Closes the form without a change. */
    readonly cancel?: () => void;
    /** Somebody has changed the plan meanwhile: reads it again. */
    readonly reload?: () => void;
  },
): TemplateResult {
  const { groups, currencies, utcOffsetMinutes } = offered;
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
    {
      name: "useSeconds",
      label: say("timeOnline"),
      type: "duration",
      min: 0,
      value: terms?.useSeconds ?? null,
      hint: say("timeOnlineHint"),
    },
    {
      name: "idleTimeoutSeconds",
      label: say("idleTimeout"),
      type: "duration",
      emptyUnit: "minutes",
      min: 0,
      value: terms?.idleTimeoutSeconds ?? null,
      hint: say("idleTimeoutHint"),
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
    ...specialFields(terms),
    {
      name: "codes",
      label: say("codesPerSale"),
      type: "number",
      group: "more",
      min: 2,
      max: 20,
      value: terms?.codes ?? null,
      hint: say("codesPerSaleHint"),
    },
    {
      name: "trialPerDay",
      label: say("trialPerDay"),
      type: "number",
      group: "more",
      min: 1,
      max: 100_000,
      value: plan?.trial?.perDay ?? null,
      hint: say("trialPerDayHint"),
    },
    {
      name: "trialAsksPhone",
      label: say("trialAsksPhone"),
      type: "checkbox",
      group: "more",
      value: plan?.trial?.asksPhone ?? false,
      hint: say("trialAsksPhoneHint"),
    },
  ];
  const hasNoIdle = terms != null && terms.useSeconds !== null && terms.idleTimeoutSeconds === null;
  const special = (values: Values) => specialTerms(values, terms, utcOffsetMinutes);
  const card = formCard({
    ...(plan === null ? {} : { title: say("changeThePlan", { name: planTitle(plan.name) }) }),
    fields,
    submitText: say("save"),
    submit: (values, key) => on.submit(changeOf(values, special(values), hasNoIdle), key),
    done: on.done,
    reload: on.reload,
    cancel: on.cancel,
  });
  const show = async (event: Event) => {
    const [field] = event.composedPath() as HTMLInputElement[];
    const week = (event.currentTarget as HTMLElement).querySelector("plan-week");
    if (week === null || field?.form == null) return;
    const { fairUse, ...typed } = special(await typedIn(field.form, fields));
    // A quota that is not typed yet is no quota.
    week.terms = fairUse?.quotaBytes == null ? typed : { ...typed, fairUse };
  };
  return html`<div @input=${show}>
    ${card}<plan-week .terms=${terms ?? noSpecials}></plan-week>
  </div>`;
}

async function typedIn(form: HTMLFormElement, fields: readonly Field[]): Promise<Values> {
  const values: Record<string, Values[string]> = {};
  for (const field of fields) values[field.name] = await readField(form, field);
  return values;
}

const codesOf = ({ codes }: Values) => ({ codes: codes == null ? null : Number(codes) });

/** `hasNoIdle`: the plan counts time online and was told, by the API, that nobody is logged out for silence. It stays so. */
function changeOf(values: Values, special: NewPlan["terms"], hasNoIdle: boolean): NewPlan {
  const { validitySeconds, useSeconds, dataBytes, downKbps, upKbps } = values;
  const perDay = values.trialPerDay;
  const trial =
    perDay === null || perDay === undefined
      ? null
      : { perDay: Number(perDay), asksPhone: values.trialAsksPhone === true };
  const terms = {
    validitySeconds,
    useSeconds,
    idleTimeoutSeconds: values.idleTimeoutSeconds ?? (useSeconds == null || hasNoIdle ? null : usualIdleTimeoutSeconds),
    dataBytes,
    downKbps,
    upKbps,
    devices: Number(values.devices ?? 1),
    ...codesOf(values),
    ...special,
  } satisfies { readonly [Limit in keyof NewPlan["terms"]]: unknown };
  return {
    name: String(values.name),
    priceCents: Number(values.priceCents),
    ...(values.currency == null ? {} : { currency: String(values.currency) }),
    groupId: values.groupId === null ? null : String(values.groupId),
    // What is given to try is not sold.
    active: values.active === true && trial === null,
    trial,
    terms: terms as NewPlan["terms"],
  };
}
