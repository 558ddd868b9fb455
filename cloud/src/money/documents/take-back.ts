/** Which lines of a document a credit note takes back, and with how much tax. Pure. */
import { partsTakenBack } from "../tax/tax-arithmetic.ts";
import type { ChargeLine, DocumentLine } from "./document-facts.ts";

/** What earlier credit notes took of each line of their document, above zero, by the line's place. */
export function takenBefore(notes: readonly (readonly DocumentLine[])[]): ReadonlyMap<number, number> {
  const taken = new Map<number, number>();
  for (const { ofLine, totalCents } of notes.flat())
    if (ofLine !== undefined) taken.set(ofLine, (taken.get(ofLine) ?? 0) - totalCents);
  return taken;
}

/** What is left of a document, or of those of its lines. */
export function leftOf(
  lines: readonly DocumentLine[],
  taken: ReadonlyMap<number, number>,
  isAbout: (line: DocumentLine) => boolean = () => true,
): number {
  return lines.reduce((sum, line, at) => sum + (isAbout(line) ? leftOfLine(line, taken.get(at) ?? 0) : 0), 0);
}

/** Which lines of a document are about what was charged here, or given back. What a change of plan gives back was paid for a plan. Pure. */
export const aboutOf =
  (charged: readonly ChargeLine[]) =>
  (line: DocumentLine): boolean =>
    charged.some(({ kind, text, planId, quantity, totalCents }) =>
      kind === "plan-change"
        ? line.planId !== null
        : kind === line.kind &&
          text === line.text &&
          planId === line.planId &&
          quantity === line.quantity &&
          Math.abs(totalCents) === Math.abs(line.totalCents),
    );

/** Lines that are themselves taken back (a refund in a summary), and deposits, stay: no supply is in them. */
const leftOfLine = ({ totalCents, treatment }: DocumentLine, taken: number): number =>
  treatment === "outside" ? 0 : Math.max(0, totalCents - taken);

/**
 * Lines of a credit note over this amount, or over as much as is left: the document's, in their order, each below zero.
 * @param isAbout those lines come first: another line has another tax. Left out: any is as good as another
 */
export function takeBack(
  lines: readonly DocumentLine[],
  taken: ReadonlyMap<number, number>,
  amountCents: number,
  isAbout: (line: DocumentLine) => boolean = () => true,
): DocumentLine[] {
  let wanted = amountCents;
  const places = [...lines.entries()];
  const inTurn = [...places.filter(([, line]) => isAbout(line)), ...places.filter(([, line]) => !isAbout(line))];
  return inTurn.flatMap(([at, line]): DocumentLine[] => {
    const already = taken.get(at) ?? 0;
    const now = Math.min(wanted, leftOfLine(line, already));
    if (now <= 0) return [];
    wanted -= now;
    const { netCents, exciseCents, vatCents } = partsTakenBack(line, already, now);
    const isWhole = now === line.totalCents;
    return [
      {
        ...line,
        quantity: isWhole ? line.quantity : 1,
        totalCents: 0 - now,
        netCents: 0 - netCents,
        exciseCents: 0 - exciseCents,
        vatCents: 0 - vatCents,
        ofLine: at,
      },
    ];
  });
}
