/** The phones of the drill: what each has, and how it goes online. Pure: the same for each process that names a phone by its number. */

/** What the site owes this phone. `foreign`: its voucher is another site's, so that the hub would be asked first. */
type PhoneKind = "re-entry" | "reject" | "first use" | "foreign";
/** `portal`: its page asks the agent. `form`: it types into the router's own page. */
type PhoneWay = "portal" | "form";

export interface Phone {
  readonly number: number;
  readonly kind: PhoneKind;
  readonly way: PhoneWay;
  readonly user: string;
  readonly password: string;
  /** It was online before, and what it bought is used up. */
  readonly isUsedUp: boolean;
  readonly address: string;
  readonly mac: string;
}

export const dataPlanBytes = 1_000_000;

/** Of sixty phones so many; the others come back with a right of theirs. */
const ofSixty = { account: 8, usedUp: 4, wrongPassword: 1, unknownCode: 1, firstUse: 12 } as const;

/** Half of the vouchers are typed into the portal, half into the router's form. */
export function makePhones(first: number, count: number): Phone[] {
  return Array.from({ length: count }, (_, index) => makePhone(first + index, index % 60));
}

/** Phones whose vouchers are those of another site. */
export function makeForeignPhones(first: number, codes: readonly string[]): Phone[] {
  return codes.map((code, index) => ({
    ...made(first + index, { kind: "foreign", way: "form", user: code, password: code }),
  }));
}

function makePhone(number: number, place: number): Phone {
  const code = String(2_000_000_000 + number * 7919);
  const voucher = { user: code, password: code, way: number % 2 === 0 ? "portal" : "form" } as const;
  const account = { user: `line-${number}`, password: `k${number}`, way: "form" } as const;
  let from = 0;
  const isOf = (many: number) => {
    const isIn = place >= from && place < from + many;
    from += many;
    return isIn;
  };
  if (isOf(ofSixty.account)) return made(number, { kind: "re-entry", ...account });
  if (isOf(ofSixty.usedUp)) return made(number, { kind: "reject", ...voucher, way: "form", isUsedUp: true });
  if (isOf(ofSixty.wrongPassword)) return made(number, { kind: "reject", ...account, password: "wrong" });
  if (isOf(ofSixty.unknownCode)) {
    const unknown = String(9_000_000_000 + number);
    return made(number, { kind: "reject", user: unknown, password: unknown, way: "form" });
  }
  if (isOf(ofSixty.firstUse)) return made(number, { kind: "first use", ...voucher });
  return made(number, { kind: "re-entry", ...voucher });
}

function made(
  number: number,
  is: Pick<Phone, "kind" | "way" | "user" | "password"> & { readonly isUsedUp?: boolean },
): Phone {
  const [high, low] = [number >> 8, number & 255];
  const hex = (value: number) => value.toString(16).padStart(2, "0").toUpperCase();
  return {
    number,
    isUsedUp: false,
    ...is,
    // On loopback, where each phone can ask from an address of its own.
    address: `127.10.${high}.${low}`,
    mac: `02:00:00:00:${hex(high)}:${hex(low)}`,
  };
}

/** Was it online before the outage? */
export const wasOnline = ({ kind, isUsedUp }: Phone): boolean => kind === "re-entry" || isUsedUp;

/** The site file by which the agent knows them. */
export function siteFileOf(phones: readonly Phone[]): string {
  const accounts = phones.filter(({ user }) => user.startsWith("line-"));
  const vouchers = phones.filter(({ kind, user }) => kind !== "foreign" && /^2\d{9}$/.test(user));
  return JSON.stringify({
    plans: [
      { name: "day", validitySeconds: 86_400 },
      { name: "data", dataBytes: dataPlanBytes },
    ],
    accounts: accounts.map(({ number, user }) => ({ username: user, password: `k${number}`, plan: "day" })),
    vouchers: vouchers.map(({ user, isUsedUp }) => ({ code: user, plan: isUsedUp ? "data" : "day" })),
  });
}
