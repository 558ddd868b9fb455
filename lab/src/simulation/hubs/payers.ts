/** Numbers that buy: each does what the simulated channel's script for its ending says (`daraja/scripted-phones.ts`). Commands name one by its place. */
export const payers = [
  ...["001", "001", "001", "002", "003", "005", "006", "007", "008"],
  ...["009", "010", "012", "015", "017", "018", "020", "021", "025"],
];

const placeOf = (ending: string): number => payers.indexOf(ending);

/** Pays each prompt. */
export const willing = placeOf("001");
/** Says no to each prompt. */
export const unwilling = placeOf("002");
/** Pays, and the channel tells of it in an odd form. */
export const oddlyTold = placeOf("018");

/** A number as the channel has it. */
export const msisdnOf = (phone: string): string => `254${phone.slice(1)}`;

/** Pays, and the channel tells of it before it has answered. */
export const toldBefore = placeOf("009");

/** Of somebody who pays nothing in any story. */
export const strangersPhone = "0711222888";

/** For whom somebody makes up payments. No prompt to it is ever answered. */
export const makersPhone = "0711222777";

/** Numbers that can be in the books: of who buys, of who pays by hand, and the stranger's. */
export const allPhones = (): string[] => [
  msisdnOf(strangersPhone),
  msisdnOf(makersPhone),
  ...payers.map((ending) => `254700000${ending}`),
  ...[...payers, "000", "004"].map((ending) => `254700001${ending}`),
];
