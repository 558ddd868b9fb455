/** Reports as a PDF with the provider's brand: for each its chart (the same drawing as on the page), its table and its sentences. */
import { type Drawing, drawChart, type Tone } from "@karibu/protocol/charts/draw-chart";
import { figureText } from "@karibu/protocol/charts/figure-text";
import { withWrittenDays, writtenDays } from "@karibu/protocol/charts/written-days";
import type { Seller } from "../../money/documents/document-facts.ts";
import {
  type Brand,
  drawHead,
  drawTable,
  finish,
  inner,
  makeRoom,
  newPaper,
  type Paper,
  write,
} from "../../money/documents/pdf/draw-page.ts";
import { sameDays, type Told, textOfDays } from "./report-list.ts";
import { wordOf } from "./report-words.ts";

/** How a provider's papers look. */
export interface Look {
  readonly seller: Seller;
  readonly brand: Brand;
}

export async function reportPdf(reports: readonly Told[], { seller, brand }: Look): Promise<Buffer> {
  const [first] = reports;
  if (first === undefined) throw new RangeError("a file of no reports"); // a bug of ours: one asks for at least one
  const { language } = first.asked;
  const paper = newPaper(reports.length === 1 ? first.title : seller.name);
  let at = 0;
  for (const [nth, told] of reports.entries()) {
    if (nth > 0) paper.addPage();
    at = drawHead(paper, { brand, seller, title: told.title, language });
    at = await drawOne(paper, told, brand, at);
  }
  const days = sameDays(reports);
  return finish(paper, language, days === null ? seller.name : `${seller.name} · ${days}`);
}

async function drawOne(paper: Paper, told: Told, brand: Brand, top: number): Promise<number> {
  const { asked, chart, columns, rows, total, notes } = told;
  const { language, currency, by } = asked;
  const soft = { x: inner.left, width: inner.width, size: 9, colour: "#555555" };
  let at = write(paper, textOfDays(told), { ...soft, y: top }) + 10;
  if (chart !== null && rows.length > 0) {
    const drawing = drawChart(withWrittenDays(chart, by, language), inner.width);
    at = makeRoom(paper, at, drawing.height + 20);
    drawMarks(paper, drawing, brand, at);
    at += drawing.height + 16;
  }
  if (rows.length === 0) at = write(paper, wordOf("empty", language), { ...soft, y: at }) + 8;
  else {
    const lead = columns.length > 6 ? 0.2 : 0.3;
    const cells = [...rows, ...(total === null ? [] : [total])].map((row) =>
      row.map((cell, nth) => writtenDays(figureText(cell, columns[nth]?.unit ?? "text", currency), language)),
    );
    at = await drawTable(
      paper,
      {
        columns: columns.map(({ head, unit }, nth) => ({
          head,
          share: nth === 0 ? lead : (1 - lead) / (columns.length - 1),
          ...(unit === "text" ? {} : { align: "right" as const }),
        })),
        rows: cells,
        colour: brand.colour,
      },
      makeRoom(paper, at, 80),
    );
  }
  for (const note of notes) at = write(paper, note, { ...soft, y: makeRoom(paper, at, 40), size: 8 }) + 4;
  return at;
}

function drawMarks(paper: Paper, { marks }: Drawing, { colour }: Brand, top: number): void {
  const tones: Readonly<Record<Tone, string>> = {
    brand: colour,
    second: "#c98a1b",
    soft: "#777777",
    line: "#dddddd",
    warn: "#a32020",
    ink: "#111111",
  };
  for (const mark of marks) {
    const ink = tones[mark.tone];
    if (mark.kind === "rect") {
      if (mark.width > 0 && mark.height > 0)
        paper.rect(inner.left + mark.x, top + mark.y, mark.width, mark.height).fill(ink);
    } else if (mark.kind === "text") {
      const wide = 200;
      const x = inner.left + mark.x - (mark.anchor === "start" ? 0 : mark.anchor === "end" ? wide : wide / 2);
      const align = mark.anchor === "start" ? "left" : mark.anchor === "end" ? "right" : "center";
      write(paper, mark.text, {
        x,
        y: top + mark.y - mark.size + 2,
        width: wide,
        size: mark.size - 3,
        colour: ink,
        align,
      });
    } else {
      for (const [nth, [x, y]] of mark.points.entries()) {
        if (nth === 0) paper.moveTo(inner.left + x, top + y);
        else paper.lineTo(inner.left + x, top + y);
      }
      if (mark.kind === "area") paper.fill(ink);
      else
        paper
          .lineWidth(mark.isThin ? 0.5 : 1.5)
          .strokeColor(ink)
          .stroke();
    }
  }
}
