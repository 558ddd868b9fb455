/** The choices for a provider: currencies, time zones, languages. */
import type { currencyCodes } from "@karibu/cloud/ground/amounts/currencies";
import { word } from "../../strings/strings.ts";

type Currency = (typeof currencyCodes)[number];
const currencies: Readonly<Record<Currency, true>> = {
  KES: true,
  TZS: true,
  UGX: true,
  RWF: true,
  ETB: true,
  ZMW: true,
  GHS: true,
  NGN: true,
  ZAR: true,
  USD: true,
  EUR: true,
};

export function currencyOptions(): { value: Currency; label: string }[] {
  return (Object.keys(currencies) as Currency[]).map((value) => ({
    value,
    label: `${value} · ${word("currency", value)}`,
  }));
}

const places: readonly (readonly [minutes: number, places: string])[] = [
  [-60, "Praia"],
  [0, "Accra"],
  [60, "Lagos"],
  [120, "Kigali"],
  [180, "Nairobi"],
  [240, "Port Louis"],
  [330, "Delhi"],
];

/** The list contains `current` even when it is an unusual zone. */
export function zoneOptions(current: number): { value: string; label: string }[] {
  const known = places.some(([minutes]) => minutes === current) ? places : [...places, [current, ""] as const];
  return [...known]
    .sort(([a], [b]) => a - b)
    .map(([minutes, names]) => ({
      value: String(minutes),
      label: `${zoneName(minutes)}${names === "" ? "" : ` · ${names}`}`,
    }));
}

function zoneName(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? "-" : "+"}${hours}${rest === 0 ? "" : `:${String(rest).padStart(2, "0")}`}`;
}

/** The portal's languages, as those who speak them call each; the build puts them in (`tools/src/build/build-console.ts`). */
declare const karibuPortalLanguages: Readonly<Record<string, string>>;

/** `usual`: what stands for none of its own. */
export const portalLanguageOptions = (usual: string): { value: string; label: string }[] => [
  { value: "", label: usual },
  ...Object.entries(karibuPortalLanguages).map(([value, label]) => ({ value, label })),
];

export const languageOptions = [
  { value: "en", label: "English" },
  { value: "sw", label: "Kiswahili" },
] as const;
