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

export const figuresPath = (wish: ReportWish) =>
  wish.report === null
    ? withQuery("/api/v1/own-revenue/figures", ownOf(wish))
    : withQuery("/api/v1/reports/figures", wish);

export async function saveReport(wish: ReportWish, format: "csv" | "pdf"): Promise<void> {
  const type = format === "csv" ? "text/csv" : "application/pdf";
  const path =
    wish.report === null
      ? withQuery("/api/v1/own-revenue/file", { ...ownOf(wish), format })
      : withQuery("/api/v1/reports/file", { ...wish, format });
  const file = await download(path, { accept: type, signal: new AbortController().signal, onBytes: () => {} });
  saveFile(`${wish.report ?? "revenue"}.${format}`, file, type);
}

const ownOf = ({ report: _, ...rest }: ReportWish) => rest;
