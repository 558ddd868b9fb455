/** What the command palette lists for a typed text: pages, commands, what the hub found, what was open before. */
import { writeAddress } from "../address.ts";
import type { Found } from "../data/search.ts";

export interface Entry {
  /** Tells entries apart. */
  readonly key: string;
  readonly title: string;
  readonly note: string;
  /** Where it leads. */
  readonly href: string;
  /** What it does instead, after a question. */
  readonly command?: Command;
}

/** What is done at once: with a found thing that is not opened first, or with the console itself. */
export interface Command {
  readonly name: "disable-voucher" | "disable-cash-sale" | "theme";
  readonly id: string;
  readonly title: string;
}

export interface Place {
  readonly path: string;
  readonly title: string;
  readonly note: string;
  /** It is done instead of opened. */
  readonly command?: Command;
}

const shownAtMost = 30;

/** Pages whose title or room begins a word with each typed word. */
export function matchingPlaces(places: readonly Place[], text: string): readonly Entry[] {
  const words = plain(text).split(" ").filter(Boolean);
  return places
    .filter(({ title, note }) => {
      const all = plain(`${title} ${note}`).split(" ");
      return words.every((typed) => all.some((word) => word.startsWith(typed)));
    })
    .map(({ path, ...place }) => ({ key: `page:${path}`, href: `#/${path}`, ...place }));
}

type PlaceFacts = "kind" | "id" | "title" | "paymentId" | "customerId";

/** Where a found thing opens. Null: this console has no page for its kind. */
function placeOf({ kind, id, title, paymentId, customerId }: Pick<Found, PlaceFacts>): string | null {
  switch (kind) {
    case "payment":
      return writeAddress({ path: "payments", id });
    case "cash-sale":
      return writeAddress({ path: "cash-sales", id });
    case "receipt":
      if (paymentId !== null) return writeAddress({ path: "payments", id: paymentId });
      // What paid a subscription, a deposit or a debt came by the customer's credit: their page has it line by line.
      if (customerId !== null) return writeAddress({ path: "customers", id: customerId });
      // Money whose owner is not known yet waits in the review.
      return writeAddress({ path: "review", query: { q: id } });
    case "customer":
      return writeAddress({ path: "customers", id });
    case "site":
      return writeAddress({ path: "sites", id });
    case "voucher":
      return writeAddress({ path: "vouchers", query: { code: title } });
    case "plan":
      return writeAddress({ path: "plans", query: { q: title } });
    case "invoice":
      return writeAddress({ path: "invoices", query: { q: title } });
    case "seller":
      return writeAddress({ path: "sellers" });
    case "ticket":
      return writeAddress({ path: "tickets", id });
    case "person":
      return writeAddress({ path: "person", id });
    case "session":
      return writeAddress({ path: "sessions", query: { q: title } });
    default:
      return null;
  }
}

interface Words {
  /** What people call it, in their language. */
  title(found: Found): string;
  /** What a person reads beside the title: the kind, and facts such as amount, plan and phone. */
  note(found: Found): string;
  disable(code: string): string;
}

/** What of each kind the user may disable. */
export type MayDisable = Readonly<Partial<Record<"voucher" | "cash-sale", boolean>>>;

/** Each found thing, and for a code that the user may change the command that disables it. */
export function foundEntries(found: readonly Found[], may: MayDisable, words: Words): readonly Entry[] {
  return found.flatMap((each) => {
    const href = placeOf(each);
    if (href === null) return [];
    const note = words.note(each);
    const entry: Entry = { key: `${each.kind}:${each.id}`, title: words.title(each), note, href };
    const { kind, id, title, state } = each;
    if ((kind !== "voucher" && kind !== "cash-sale") || may[kind] !== true || state === "disabled") return [entry];
    const command = { name: `disable-${kind}`, id, title } as const;
    return [entry, { key: `disable:${id}`, title: words.disable(title), note, href, command }];
  });
}

/** Too little of a phone number: it is found by its last four digits, or its first. */
export const isBitOfPhone = (text: string): boolean => /^\+?\d{2,3}$/.test(text.replaceAll(/[\s-]/g, ""));

/** A receipt as M-Pesa writes it: ten letters and digits, of both kinds. */
const receiptShape = /^(?=.*\d)(?=.*[A-Z])[A-Z0-9]{10}$/;

/** A receipt that nothing here has: the customer says that they paid, and the channel can be asked. */
export function claimEntry(text: string, words: { readonly title: string; readonly note: string }): readonly Entry[] {
  const receipt = text.trim().toUpperCase();
  if (!receiptShape.test(receipt)) return [];
  const href = writeAddress({ path: "review", query: { add: "1", receipt } });
  return [{ key: `claim:${receipt}`, title: `${words.title}: ${receipt}`, note: words.note, href }];
}

/** Without a typed text what was open before, then the pages; with one, what was found before pages. */
export function paletteEntries(
  text: string,
  {
    recent,
    places,
    found,
  }: { readonly recent: readonly Entry[]; readonly places: readonly Place[]; readonly found: readonly Entry[] },
): readonly Entry[] {
  const all =
    text.trim() === "" ? [...recent, ...matchingPlaces(places, "")] : [...found, ...matchingPlaces(places, text)];
  const seen = new Set<string>();
  return all.filter(({ key }) => !seen.has(key) && seen.add(key)).slice(0, shownAtMost);
}

/** What is searched for: "disable voucher 4821-993" is about the code. Other texts stay as they are. */
export function searchedText(text: string): string {
  const about =
    /^(?:(?:disable|switch off|zima)\s+)?(?:(?:voucher|code|vocha|msimbo)\s+)?(\S*\d\S*(?:\s\S*\d\S*)*)$/i.exec(
      text.trim(),
    );
  return about?.[1] ?? text.trim();
}

/** What was opened last comes first. Commands are not remembered. */
export function remember(recent: readonly Entry[], opened: Entry, kept = 8): readonly Entry[] {
  if (opened.command !== undefined) return recent;
  return [opened, ...recent.filter(({ key }) => key !== opened.key)].slice(0, kept);
}

/** Small letters without accents; all that is no letter or digit parts words. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
