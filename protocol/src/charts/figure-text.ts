/** Figures as people read them, alike on pages, in files and in letters. Pure; without `Intl`, so that every end writes the same. */
import { currencySign, moneyText } from "../money-text.ts";

/** `cents`: minor units; `permille`: thousandths, shown as percent; `bits`: bits per second. */
export const figureUnits = ["cents", "count", "bytes", "bits", "permille", "seconds", "text"] as const;
export type FigureUnit = (typeof figureUnits)[number];

export type Figure = number | string | null;

/** @param currency of `cents`; null: none is meant, as where there are no amounts */
export function figureText(figure: Figure, unit: FigureUnit, currency: string | null = null): string {
  if (figure === null) return "–";
  if (typeof figure === "string") return figure;
  switch (unit) {
    case "cents":
      return moneyText(Math.round(figure), currency ?? "");
    case "bytes":
      return scaled(figure, ["B", "kB", "MB", "GB", "TB", "PB"]);
    case "bits":
      return scaled(figure, ["bps", "kbps", "Mbps", "Gbps", "Tbps"]);
    case "permille":
      return `${trimmed(figure / 10)} %`;
    case "seconds":
      return `${Math.floor(figure / 3600)}:${String(Math.floor((figure % 3600) / 60)).padStart(2, "0")} h`;
    default:
      return Number.isInteger(figure) ? grouped(figure) : trimmed(figure);
  }
}

/** For an axis: short. `KSh 1,250,000` is `KSh 1.25M`; nought needs no currency. */
export function axisText(figure: number, unit: FigureUnit, currency: string | null = null): string {
  if (unit === "cents")
    return currency === null || figure === 0 ? short(figure / 100) : `${currencySign(currency)} ${short(figure / 100)}`;
  return unit === "count" || unit === "text" ? short(figure) : figureText(figure, unit);
}

function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${trimmed(value / 1e9)}G`;
  if (size >= 1e6) return `${trimmed(value / 1e6)}M`;
  if (size >= 1e4) return `${trimmed(value / 1e3)}k`;
  const [whole = "", parts] = trimmed(value).split(".");
  return [whole.replace(thousands, ","), ...(parts === undefined ? [] : [parts])].join(".");
}

function scaled(figure: number, names: readonly string[]): string {
  let value = figure;
  let at = 0;
  while (Math.abs(value) >= 1000 && at < names.length - 1) {
    value /= 1000;
    at++;
  }
  const digits = at === 0 || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${names[at]}`;
}

/** At most two digits after the point, and none that are zero. */
const trimmed = (value: number): string => String(Number(value.toFixed(2)));

const thousands = /\B(?=(\d{3})+$)/g;
const grouped = (value: number): string => String(value).replace(thousands, ",");
