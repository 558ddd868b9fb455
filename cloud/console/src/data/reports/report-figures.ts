import type { reportView } from "@karibu/cloud/reports/figures/report";
import type { z } from "zod";
import { saveFile } from "../../components/save-file.ts";
import { download } from "../../hub/download.ts";
import { withQuery } from "../../hub/list.ts";

export type ReportFigures = z.output<typeof reportView>;
export type ReportName = ReportFigures["report"];

/** What one chose; an empty text leaves it to the hub. */
export interface ReportWish {
  /** Null: what one has sold oneself. */
  readonly report: ReportName | null;
  readonly by: string;
  readonly fromDay: string;
  readonly untilDay: string;
  readonly currency: string;
  readonly language: "en" | "sw";
}

export const figuresPath = (wish: ReportWish): string => withQuery(`${baseOf(wish)}/figures`, queryOf(wish));

export async function saveReport(wish: ReportWish, format: "csv" | "pdf"): Promise<void> {
  const type = format === "csv" ? "text/csv" : "application/pdf";
  const path = withQuery(`${baseOf(wish)}/file`, { ...queryOf(wish), format });
  const file = await download(path, { accept: type, signal: new AbortController().signal, onBytes: () => {} });
  saveFile(`${wish.report ?? "revenue"}.${format}`, file, type);
}

const baseOf = ({ report }: ReportWish) => (report === null ? "/api/v1/own-revenue" : "/api/v1/reports");

function queryOf({ report, ...rest }: ReportWish): Record<string, string> {
  const given = Object.entries({ ...rest, report: report ?? "" }).filter(([, value]) => value !== "");
  return Object.fromEntries(given);
}
