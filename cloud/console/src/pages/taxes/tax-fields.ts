/** The form of a provider's tax settings. */
import type { Field, Values } from "../../components/action-form.ts";
import type { TaxSettings } from "../../data/money/taxes.ts";
import type { Picture } from "../../data/tenancy/pictures.ts";
import { say, word } from "../../strings/strings.ts";

export const nextNumberField = (value: number): Field => ({
  name: "nextNumber",
  label: say("taxDeviceFirst"),
  type: "number",
  value,
  min: 1,
  required: true,
  hint: say("taxDeviceFirstHint"),
});

export function settingsFields(settings: TaxSettings, providerName: string, pictures: readonly Picture[]): Field[] {
  const authorities =
    settings.country === "KE" ? ["etims"] : settings.country === "UG" ? ["efris"] : ([] as readonly string[]);
  return [
    {
      name: "legalName",
      label: say("legalName"),
      value: settings.legalName,
      hint: say("emptyAs", { text: providerName }),
    },
    { name: "taxPin", label: say("taxPin"), value: settings.taxPin },
    { name: "address", label: say("businessAddress"), type: "textarea", value: settings.address },
    { name: "vatRegistered", label: say("vatRegistered"), type: "checkbox", value: settings.vatRegistered },
    { name: "exciseRegistered", label: say("exciseRegistered"), type: "checkbox", value: settings.exciseRegistered },
    {
      name: "subscriptionDocuments",
      label: say("subscriptionDocuments"),
      type: "select",
      value: settings.subscriptionDocuments,
      options: (["each", "monthly", "none"] as const).map((value) => ({ value, label: word("subDocs", value) })),
    },
    { name: "salesSummaries", label: say("salesSummaries"), type: "checkbox", value: settings.salesSummaries },
    {
      name: "authority",
      label: say("authority"),
      type: "select",
      value: settings.authority,
      options: ["none", ...authorities].map((value) => ({ value, label: word("authority", value) })),
      hint: say("authorityHint"),
    },
    { name: "branch", label: say("taxBranch"), value: settings.branch, required: true },
    {
      name: "numberPrefix",
      label: say("numberPrefix"),
      value: settings.numberPrefix,
      hint: say("numberPrefixHint"),
    },
    {
      name: "fiscalMonth",
      label: say("fiscalMonth"),
      type: "number",
      value: settings.fiscalMonth,
      required: true,
      min: 1,
      max: 12,
    },
    {
      name: "paymentWords",
      label: say("paymentWords"),
      type: "textarea",
      value: settings.paymentWords,
      hint: say("paymentWordsHint"),
    },
    {
      name: "colour",
      label: say("brandColour"),
      type: "colour",
      value: settings.colour,
      hint: say("brandColourHint"),
      required: true,
    },
    {
      name: "pictureId",
      label: say("logo"),
      type: "select",
      value: settings.pictureId ?? "",
      options: [
        { value: "", label: say("none") },
        ...pictures.map(({ pictureId, name }) => ({ value: pictureId, label: name })),
      ],
    },
  ];
}

const textOf = (value: Values[string] | undefined): string | null =>
  value === undefined || value === null || value === "" ? null : String(value);

export const settingsOf = (values: Values): Omit<TaxSettings, "country"> => ({
  legalName: textOf(values.legalName),
  taxPin: textOf(values.taxPin),
  address: textOf(values.address),
  paymentWords: textOf(values.paymentWords),
  colour: String(values.colour ?? ""),
  pictureId: textOf(values.pictureId),
  vatRegistered: values.vatRegistered === true,
  exciseRegistered: values.exciseRegistered === true,
  numberPrefix: String(values.numberPrefix ?? ""),
  fiscalMonth: Number(values.fiscalMonth),
  subscriptionDocuments: values.subscriptionDocuments as TaxSettings["subscriptionDocuments"],
  salesSummaries: values.salesSummaries === true,
  authority: values.authority as TaxSettings["authority"],
  branch: String(values.branch ?? ""),
});
