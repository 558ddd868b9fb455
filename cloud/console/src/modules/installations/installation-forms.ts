/** What is filled in at an installation: equipment, used material, the line that is made of it, and why it is cancelled. */
import { type Field, given, optionsOf, type Values } from "../../components/action-form.ts";
import { planOptions } from "../../pages/plans/plan-options.ts";
import { say } from "../../strings/strings.ts";
import type { StockKind } from "../stock/stock.ts";
import type { Choices } from "./installation-fields.ts";
import { actOnInstallation, type WholeInstallation, workOnInstallation } from "./installations.ts";

export type InstallationFormName = "equipment" | "used" | "complete" | "cancel";

export function installationForm(
  open: InstallationFormName,
  one: WholeInstallation,
  kinds: readonly StockKind[],
  choices: Choices,
) {
  const id = one.installationId;
  switch (open) {
    case "equipment":
      return {
        title: say("addEquipment"),
        fields: [
          { name: "serial", label: say("serialNumber"), required: true },
          {
            ...({ name: "how", label: say("howHeld"), type: "select", value: "lent" } as const),
            options: (["lent", "sold"] as const).map((value) => ({ value, label: say(`held_${value}`) })),
          },
        ] as Field[],
        submitText: say("addEquipment"),
        submit: (values: Values, key: string) => workOnInstallation(id, "equipment", given(values), key),
      };
    case "used":
      return {
        title: say("usedMaterial"),
        fields: [
          {
            ...({ name: "kindId", label: say("kind"), type: "select", required: true } as const),
            options: kinds
              .filter(({ hasSerials }) => !hasSerials)
              .map(({ kindId, name, unit }) => ({ value: kindId, label: `${name} (${unit})` })),
          },
          { name: "quantity", label: say("quantity"), type: "number", required: true, min: 1, max: 100_000 },
        ] as Field[],
        submitText: say("usedMaterial"),
        submit: (values: Values, key: string) => workOnInstallation(id, "used", given(values), key),
      };
    case "cancel":
      return {
        title: say("cancelInstallation"),
        fields: [{ name: "reason", label: say("cancelReason"), required: true }] as Field[],
        submitText: say("cancelInstallationDo"),
        submit: (values: Values) => actOnInstallation(id, "cancel", given(values)),
      };
    default:
      return {
        title: say("makeCustomerLine"),
        intro: say("makeLineWhy"),
        fields: lineFields(one, choices),
        submitText: say("makeCustomerLine"),
        submit: ({ username, planId, siteId, service }: Values, key: string) =>
          workOnInstallation(id, "complete", { username, planId, service, siteIds: [siteId] }, key),
      };
  }
}

function lineFields(one: WholeInstallation, { plans, sites }: Choices): Field[] {
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
      ...({ name: "service", label: say("service"), type: "select", value: "pppoe" } as const),
      options: (["pppoe", "hotspot", "any"] as const).map((each) => ({ value: each, label: say(`service_${each}`) })),
    },
  ];
}
