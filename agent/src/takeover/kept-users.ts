/**
 * How a local user is put aside and brought back. A local user outranks RADIUS, and nobody knows whether one that is switched off still does: so its name
 * changes. Mikhmon's scheduler looks for a date at the head of the comment and logs out by name: with this mark it finds neither, so it deletes nobody and
 * logs nobody out. The mark is all that switching back needs: it stands at the router itself. Pure.
 */
import type { RouterRow } from "../ground/live-router.ts";
import { isYes } from "./old-sessions.ts";

/** Not `karibu:`, by which the removal script knows what set-up made. */
const keptMark = "karibu-kept:";

export const usersSentence = [
  "/ip/hotspot/user/print",
  "=.proplist=.id,name,comment,disabled,dynamic,default",
] as const;

const set = (row: RouterRow, words: readonly string[]): string[] => [
  "/ip/hotspot/user/set",
  `=.id=${row[".id"] ?? ""}`,
  ...words,
];

export const isKept = ({ name }: RouterRow): boolean => name?.startsWith(keptMark) === true;

/** Its name without the mark. */
export const nameOf = ({ name = "" }: RouterRow): string =>
  name.startsWith(keptMark) ? name.slice(keptMark.length) : name;

/** Only those that could log in: who is switched off stands in nobody's way with a name that no list has. */
export const mayBeKept = (row: RouterRow): boolean =>
  row[".id"] !== undefined &&
  row.name !== undefined &&
  !isKept(row) &&
  !isYes(row.disabled) &&
  !isYes(row.dynamic) &&
  !isYes(row.default);

export function keepSentence(row: RouterRow): string[] {
  return set(row, [`=name=${keptMark}${row.name ?? ""}`, `=comment=${keptMark}${row.comment ?? ""}`, "=disabled=yes"]);
}

export function giveBackSentence(row: RouterRow): string[] {
  const { comment = "" } = row;
  const before = comment.startsWith(keptMark) ? comment.slice(keptMark.length) : comment;
  return set(row, [`=name=${nameOf(row)}`, `=comment=${before}`, "=disabled=no"]);
}
