/** A report's table for spreadsheets: plain numbers, the currency and the unit in the head. */
import type { Figure, FigureUnit } from "@karibu/protocol/charts/figure-text";
import { csvLine } from "../../ground/lists/csv.ts";
import type { Told } from "./report-list.ts";

export function reportCsv({ columns, rows, asked }: Told): string {
  const heads = columns.map(({ head, unit }) => `${head}${unitText(unit, asked.currency)}`);
  const lines = rows.map((row) => csvLine(row.map((cell, at) => plain(cell, columns[at]?.unit ?? "text"))));
  return csvLine(heads) + lines.join("");
}

function unitText(unit: FigureUnit, currency: string): string {
  if (unit === "cents") return ` (${currency})`;
  if (unit === "permille") return " (%)";
  if (unit === "bits") return " (bps)";
  if (unit === "bytes") return " (bytes)";
  return unit === "seconds" ? " (s)" : "";
}

function plain(cell: Figure, unit: FigureUnit): Figure {
  if (typeof cell !== "number") return cell;
  if (unit === "cents") return (cell / 100).toFixed(2);
  return unit === "permille" ? cell / 10 : cell;
}
