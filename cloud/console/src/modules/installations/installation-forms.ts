/** What is filled in at an installation: equipment, used material, the line that is made of it, and why it is cancelled. */
import type { TemplateResult } from "lit";
import { optionsOf } from "../../components/fields/options-of.ts";
import type { Fields } from "../../components/fields/values-of.ts";
import { formCard } from "../../components/form-card.ts";
import { planOptions } from "../../pages/plans/plan-options.ts";
import { say } from "../../strings/strings.ts";
import type { StockKind } from "../stock/stock.ts";
import type { Choices } from "./installation-fields.ts";
import { actOnInstallation, type WholeInstallation, workOnInstallation } from "./installations.ts";

export type InstallationFormName = "equipment" | "used" | "complete" | "cancel";

interface Around {
  readonly kinds: readonly StockKind[];
  readonly choices: Choices;
  /** What was typed before, by the names of fields. */
  readonly kept: Readonly<Record<string, string>>;
  readonly done: (answer: unknown) => void;
  readonly cancel: () => void;
}

export function installationForm(
  open: InstallationFormName,
  one: WholeInstallation,
  { kinds, choices, kept, ...ends }: Around,
): TemplateResult {
  const id = one.installationId;
  const filled = <const All extends Fields>(fields: All): All =>
    fields.map((field) => (kept[field.name] === undefined ? field : { ...field, value: kept[field.name] })) as never;
  switch (open) {
    case "equipment":
      return formCard({
        ...ends,
        title: say("addEquipment"),
        fields: filled([
          { name: "serial", label: say("serialNumber"), required: true },
          {
            name: "how",
            label: say("howHeld"),
            type: "select",
            value: "lent",
            options: (["lent", "sold"] as const).map((value) => ({ value, label: say(`held_${value}`) })),
          },
        ]),
        submitText: say("addEquipment"),
        submit: (values, key) => workOnInstallation(id, "equipment", values, key),
      });
    case "used":
      return formCard({
        ...ends,
        title: say("usedMaterial"),
        fields: filled([
          {
            name: "kindId",
            label: say("kind"),
            type: "select",
            required: true,
            options: kinds
              .filter(({ hasSerials }) => !hasSerials)
              .map(({ kindId, name, unit }) => ({ value: kindId, label: `${name} (${unit})` })),
          },
          { name: "quantity", label: say("quantity"), type: "number", required: true, min: 1, max: 100_000 },
        ]),
        submitText: say("usedMaterial"),
        submit: (values, key) => workOnInstallation(id, "used", values, key),
      });
    case "cancel":
      return formCard({
        ...ends,
        title: say("cancelInstallation"),
        fields: filled([{ name: "reason", label: say("cancelReason"), required: true }]),
        submitText: say("cancelInstallationDo"),
        submit: (values) => actOnInstallation(id, "cancel", values),
      });
    default:
      return formCard({
        ...ends,
        title: say("makeCustomerLine"),
        intro: say("makeLineWhy"),
        fields: filled(lineFields(one, choices)),
        submitText: say("makeCustomerLine"),
        submit: ({ username, planId, siteId, service }, key) =>
          workOnInstallation(id, "complete", { username, planId, service, siteIds: [siteId] }, key),
      });
  }
}

function lineFields(one: WholeInstallation, { plans, sites }: Choices) {
  return [
    { name: "username", label: say("userName"), required: true, hint: say("kept") },
    {
      name: "planId",
      label: say("plan"),
      type: "select",
      required: true,
      value: one.planId,
      options: planOptions(plans),
    },
    {
      name: "siteId",
      label: say("site"),
      type: "select",
      required: true,
      value: one.siteId,
      options: optionsOf(sites),
    },
    {
      name: "service",
      label: say("service"),
      type: "select",
      value: "pppoe",
      options: (["pppoe", "hotspot", "any"] as const).map((each) => ({ value: each, label: say(`service_${each}`) })),
    },
  ] as const satisfies Fields;
}
