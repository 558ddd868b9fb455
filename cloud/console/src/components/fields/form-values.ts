/** How the fields of a form write values, and read what was typed. Pure but for the elements handed in. */

import { word } from "../../strings/strings.ts";
import { textOfBytes } from "./file-text.ts";

type Value = string | number | boolean | null;

/** What is asked of an action form's field here. */
interface Field {
  readonly name: string;
  readonly type?: string;
  readonly value?: Value;
  readonly emptyUnit?: "minutes";
  readonly isBinary?: boolean;
}

/** The units of a field that has several, the smallest first: how many of the hub's unit one is. */
const units = {
  duration: [
    ["minutes", 60],
    ["hours", 3_600],
    ["days", 86_400],
  ],
  data: [
    ["megabytes", 1_000_000],
    ["gigabytes", 1_000_000_000],
  ],
} as const satisfies Record<string, readonly (readonly [name: string, size: number])[]>;

/** One of these is typed as another unit than the hub's: cents as money, kbps as Mbps, permille or their tenths as per cent. */
const scales: Readonly<Record<string, number>> = { money: 100, speed: 1_000, percent: 10, rate: 100 };

type Unit = (typeof units)[keyof typeof units][number][0];
type Choices = readonly [readonly [Unit, number], ...(readonly [name: Unit, size: number])[]];

export function unitsOf(type: string | undefined): Choices | null {
  return type === "duration" || type === "data" ? units[type] : null;
}

/** The largest unit in which the value is a whole number; the smallest when it is whole in none. Without a value the field's own, `hours` or the smallest. */
export function unitFor(field: Field): Unit {
  const choices: Choices = unitsOf(field.type) ?? units.duration;
  const [smallest] = choices;
  const value = field.value === null || field.value === undefined || field.value === "" ? null : Number(field.value);
  if (value === null || value === 0) return field.type === "duration" ? (field.emptyUnit ?? "hours") : smallest[0];
  return (choices.findLast(([, size]) => value % size === 0) ?? smallest)[0];
}

/** What stands in the field at first. `withUnit`: where it stands in a sentence instead. */
export function valueText(field: Field, withUnit = false): string {
  if (field.value === null || field.value === undefined || field.value === "") return "";
  const choices = unitsOf(field.type);
  if (choices !== null) {
    const unit = unitFor(field);
    const count = String(Number(field.value) / sizeOf(choices, unit));
    return withUnit ? `${count} ${word("unit", unit)}` : count;
  }
  const scale = scales[field.type ?? ""];
  return scale === undefined ? String(field.value) : String(Number(field.value) / scale);
}

/** What was typed, in the hub's unit; null: nothing. `unit`: what stands in the field's choice of units. */
export function valueOfText(text: string, field: Field, unit = ""): Value {
  const typed = field.type === "password" ? text : text.trim();
  if (typed === "") return null;
  const choices = unitsOf(field.type);
  if (choices !== null) return Math.round(Number(typed) * sizeOf(choices, unit));
  const scale = scales[field.type ?? ""];
  if (scale !== undefined) return Math.round(Number(typed) * scale);
  return field.type === "number" ? Number(typed) : typed;
}

/** Shares and amounts are kept to so many decimals. */
const decimals: Readonly<Record<string, number>> = { money: 2, percent: 1, rate: 2 };

/** What was typed has more decimals than are kept: how many are. Rounded, it would be another share of somebody's money than a person has read. */
export function decimalsOver(text: string, { type = "" }: Field): number | null {
  const most = decimals[type];
  if (most === undefined) return null;
  const scaled = Number(text.trim()) * 10 ** most;
  // A number of the browser is near what was typed.
  return Math.abs(scaled - Math.round(scaled)) > 1e-4 ? most : null;
}

/** As `decimalsOver`, of a field as it stands in this form. */
export function decimalsOverIn(form: HTMLFormElement, field: Field): number | null {
  const input = form.elements.namedItem(field.name) as Partial<HTMLInputElement> | null;
  return decimalsOver(input?.value ?? "", field);
}

/** The value of a field of this form, as it stands there now. */
export async function readField(form: HTMLFormElement, field: Field): Promise<Value> {
  const input = form.elements.namedItem(field.name) as HTMLInputElement;
  if (field.type === "checkbox") return input.checked;
  if (field.type === "file") {
    // A file-picker, or null while its code is on its way.
    const file = (input as HTMLInputElement | null)?.files?.[0];
    if (file === undefined) return null;
    return field.isBinary === true ? base64Of(file) : textOfBytes(new Uint8Array(await file.arrayBuffer()));
  }
  const unit = form.elements.namedItem(unitName(field)) as HTMLSelectElement | null;
  return valueOfText(input.value, field, unit?.value);
}

/**
 * Did somebody type what the browser can't read as a number or a date (`1e`, `1,500` in some)? It then says that the field is empty: and an empty
 * amount may be all of it, an empty limit none.
 */
export function isUnreadable(form: HTMLFormElement, { name }: Field): boolean {
  const input = form.elements.namedItem(name) as Partial<HTMLInputElement> | null;
  return input?.validity?.badInput === true;
}

/** The name of the choice of units beside a field. */
export const unitName = (field: Field): string => `${field.name}:unit`;

/** Is it typed as a number? */
export const isNumber = ({ type }: Field): boolean =>
  type === "number" || unitsOf(type) !== null || (type !== undefined && type in scales);

const sizeOf = (choices: Choices, unit: string): number => (choices.find(([name]) => name === unit) ?? choices[0])[1];

/** What a file holds, in base64: the browser's own reader puts it behind a comma. */
function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => reject(reader.error ?? new Error("the file can't be read"));
    reader.readAsDataURL(file);
  });
}
