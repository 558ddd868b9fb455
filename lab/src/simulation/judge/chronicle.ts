/**
 * What happened in a story, as somebody would have seen it who stood beside the routers and the phones, and what the site's books said
 * meanwhile. Plain data: the judge reads nothing else, and imports nothing of the product. Times are true milliseconds of the story (`atMs`)
 * unless a name says otherwise.
 */
export interface Chronicle {
  readonly plans: Readonly<Record<string, PlanTerms>>;
  /** What customers can hold: printed codes and accounts. Codes sold for cash come as facts. */
  readonly rights: readonly Right[];
  readonly phones: number;
  readonly facts: readonly Fact[];
}

/** Null: no limit of that kind. */
export interface PlanTerms {
  readonly validitySeconds: number | null;
  readonly useSeconds: number | null;
  readonly dataBytes: number | null;
  /** Its data is never charged. Absent: it is. */
  readonly isDataFree?: boolean;
  /** It ends then, used or not. Absent: at no date. */
  readonly untilMs?: number;
  readonly devices: number;
  /** Who sends nothing for so long is logged out. Absent: as the site does by itself. */
  readonly idleTimeoutSeconds?: number;
  /** Absent: as fast as it goes. */
  readonly downKbps?: number;
  readonly upKbps?: number;
  /** Its hours. Absent: it may be used at all times. */
  readonly openMs?: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** From so many bytes on it is slow. Absent: it never is. */
  readonly slowAfterBytes?: number;
  readonly slowDownKbps?: number;
  readonly slowUpKbps?: number;
  readonly priceCents: number;
}

/** What an accept told the router of a session. Null: nothing of that kind. */
export interface Told {
  readonly seconds: number | null;
  readonly idleSeconds: number | null;
  readonly bytes: number | null;
  /** 0: as fast as it goes. */
  readonly upBitsPerSecond: number;
  readonly downBitsPerSecond: number;
  readonly reportSeconds: number | null;
  readonly places: number | null;
}

export interface Right {
  /** The site's name for what the code or account gives. */
  readonly rightId: string;
  readonly kind: "voucher" | "account" | "sold" | "bought";
  readonly plan: string;
}

/**
 * What a phone or a seller asked of the site. `code`: a code typed on the page; `account`: at the hotspot; `repeat`: at the hotspot, the one-time log-in that let the phone in before; `return`: what it had; `paid-return`: the
 * same, of a phone that paid and saw it; `seller-in`: a seller logs in on their page, with the right PIN; `seller-out`: they log out there; `take-off`: another device is to lose its place; `put-on`: staff give this phone what others have; `purchase`: a prompt to pay; `claim`: "I already paid"; `false-claim`: the same of what somebody else paid.
 */
export type AskKind =
  | "code"
  | "account"
  | "repeat"
  | "return"
  | "paid-return"
  | "log-out"
  | "sale"
  | "seller-in"
  | "seller-out"
  | "take-off"
  | "put-on"
  | "purchase"
  | "claim"
  | "false-claim";

/** A disturbance that has a beginning and an end. `limits`: the router keeps none of those that it was told. */
export type Trouble = "disk" | "packets" | "api" | "clock" | "router" | "limits" | "wan" | "channel";

/** What each kind of fact says, beside its time. */
interface Facts {
  /**
   * `mac`: of the phone then; absent: no matter. `receipt`: of the money that is claimed. `payer`: the number that is to pay. `rightId`: null: a wrong code or password, or what the phone does
   * not know itself. `seller`: who sells; absent: nobody. `saleCents`: the price of what is to be sold; absent: nobody looked. `isOnPage`: a sale on the page
   * on which the seller has logged in; absent: by API, with a PIN.
   */
  asked: {
    ask: number;
    what: AskKind;
    phone: number;
    mac?: string;
    receipt?: string;
    payer?: string;
    rightId: string | null;
    seller?: string;
    saleCents?: number;
    isOnPage?: boolean;
  };
  /** `code`: of the problem, or "ok". `waitSeconds`: how long the phone is told to wait. */
  answered: { ask: number; code: string; waitSeconds?: number };
  /** The router let a phone in by itself that was there before, or tried to. */
  "came-back": { phone: number; mac: string; isOnline: boolean };
  /** The phone posted its log-in to the hotspot, and this came of it. */
  "hotspot-said": { ask: number; isOnline: boolean; message: string };
  "session-began": { session: string; phone: number; mac: string; told?: Told };
  /** The router tells the site what it counted in a session. `isHeard`: the site said that it has it. */
  report: { session: string; status: "start" | "interim" | "stop"; bytes: number; seconds: number; isHeard: boolean };
  /** The site says to which right it counts this session. */
  "charged-to": { session: string; rightId: string };
  /** `cause`: as the router names it; "power": it lost its power. */
  "session-ended": { session: string; cause: string; bytes: number };
  /** A session that the router has is over by the site's books, or is open in them again. */
  "believed-over": { session: string; isOver: boolean };
  /** What the page of a phone shows of what it has. */
  "page-said": { phone: number; mac: string; packages: readonly Shown[] };
  /** What the page of a seller shows: what they have to hand in, and codes that they sold and nobody has used. */
  "seller-page": { seller: string; outCents: number; codes: readonly string[] };
  /**
   * From the beginning: what each seller may keep, beyond what was handed in; and how long each change of the site's disk takes. `isDateRight`: the router
   * wakes up with the true date.
   */
  habits: { floatCents: number | null; settledCents: number; diskMs: number; isDateRight?: boolean };
  /** The site gave the router another speed for it. */
  "speed-changed": { session: string; upBitsPerSecond: number; downBitsPerSecond: number };
  /** What the router's counters showed. */
  counted: { session: string; bytes: number };
  "agent-up": unknown;
  /** `stopped`: by order, with time to write. `killed`: the process alone died. `power`: with its router. */
  "agent-down": { how: "stopped" | "killed" | "power" };
  /** From now on the phone has another MAC and address; with its cookie it is the same device. */
  "new-mac": { phone: number; keepsCookie: boolean };
  /** Another agent opens the folder of this one. */
  "agent-beside": unknown;
  "router-up": unknown;
  "router-down": unknown;
  "trouble-began": { trouble: Trouble; what: string };
  "trouble-ended": { trouble: Trouble };
  /** A file of the agent was changed behind its back. */
  damaged: { file: string; how: string };
  /** The agent's folder is another one now: empty, or an older copy of itself. */
  "stick-changed": { to: "new" | "older" };
  sold: {
    ask: number;
    saleId: string;
    seller: string;
    plan: string;
    priceCents: number;
    code: string;
    rightId: string;
  };
  books: { books: Books };
  "hub-up": unknown;
  /** The hub is a second process, too, whose clock is so far ahead. */
  "hub-beside": { aheadMs: number };
  /** `stopped`: by order. `killed`: its process died; what it began goes no further. */
  "hub-down": { how: "stopped" | "killed"; othersUp: number };
  /** The page of a phone shows this of its purchase. `payer`: the number that is to pay. */
  "purchase-said": { ask: number; purchaseId: string; state: string; payer?: string };
  /**
   * By the channel's own books. `reference`: what the payer's account field says. `payer`: the number of who paid; absent: no matter. `isPrompted`: the hub
   * asked for it, and can ask what became of it.
   */
  "money-moved": { receipt: string; amountCents: number; reference: string; payer?: string; isPrompted: boolean };
  /** Its payer got it back from the channel, all of it. The hub hears of that by a statement alone. */
  "money-returned": { receipt: string; amountCents: number };
  /** The hub's database is as it was at that moment of the story. */
  restored: { backUpMs: number };
  /** The hub said yes to the channel's word of this money. `isPlain`: it told of all that was paid in its usual form; absent: no matter. */
  acknowledged: { receipt: string; isPlain?: boolean };
  /**
   * Staff ended this right: what it had left is no longer its holder's. `act`: of a code. `purchaseId`: of what was given back; null: a code was switched
   * off, or its money given back.
   */
  "taken-back": { act?: number; rightId: string; purchaseId: string | null };
  /** Staff are asked to give the money of a purchase, or of a code, back: the hub may do it from now on. `of`: the purchase, or the code's right. */
  "giving-back": { of: string; method: "cash" | "credit" | "payout" | "reversal" };
  /** From the beginning staff may give back what was used, too. */
  "refunds-used": unknown;
  /** By the channel's own books: it paid so much out to this number, as the hub asked. */
  "paid-out": { receipt: string; payee: string; amountCents: number };
  /** The hub ordered that payout once more, and the channel refused its name. */
  "payout-repeated": { receipt: string };
  /** That payout came back to the channel: nobody took it. `of`: its receipt. */
  "payout-returned": { receipt: string; of: string; amountCents: number };
  /** From the beginning a seller keeps so many thousandths of what is sold, down to the cent. */
  seller: { seller: string; commissionPermille: number };
  /** Staff switch a customer off, or on again: meanwhile nobody uses what was bought with that number, and its time runs. */
  "customer-stepped": { act: number; customer: string; isOff: boolean };
  /** A seller brought cash. Of this and of other orders with an `act`: the hub may have done it from now on. */
  "handed-in": { act: number; seller: string; amountCents: number };
  /** `plan`: by its first name. `to`: by the name that it has from now on. */
  "plan-changed": { act: number; plan: string; to: string };
  /** Staff gave the holder of a right more. */
  given: { act: number; rightId: string } & Gift;
  /**
   * Nobody is to use this right from now on, or somebody may again. Its holder says so on the page of its own packages; or staff, who give its calendar
   * time back.
   */
  held: { act: number; rightId: string; by: "holder" | "staff"; isHeld: boolean };
  /** A code of it is in somebody's hand. */
  printed: { rightId: string };
  /** The owner brings the channel's own list of all that it moved so far. `returned`: payouts that came back. Absent: none. */
  statement: { act: number; receipts: readonly string[]; returned?: readonly string[] };
  /** Staff have a package bought anew a little before it ends. `phone`: for whom; absent: no matter. */
  "package-ordered": { act: number; purchaseId: string | null; phone?: string };
  /** The owner moves money at the channel: to the bank, or on to another account of the channel's. */
  withdrawn: { receipt: string; amountCents: number; to: "bank" | "settlement" };
  /**
   * The night after: the hub read the statement of all that the channel moved. `chargedCents`: what the channel took for itself. `saidCents`: what the hub
   * says that the channel holds by it; null: nothing. `bookedCents`: the channel's account in the books. `differing`: receipts that the hub lists as differing.
   */
  "channel-night": {
    chargedCents: number;
    saidCents: number | null;
    bookedCents: number;
    differing: readonly string[];
  };
  /** From the beginning an account is a line: it is paid day by day, until this moment so far. Who has not paid is let in for the grace, and then no more. */
  line: { line: string; rightId: string; priceCents: number; paidUntilMs: number; graceSeconds: number };
  /** Staff switch a port of the site's router off or on, through the hub. */
  "port-ordered": { act: number; port: string; isOff: boolean };
  /** The router's port to the hub is off by its own settings, and on again: no other trouble is meant. */
  "uplink-off": unknown;
  "uplink-on": unknown;
  /** The office takes cash for one more day. */
  "line-renewed": { act: number; line: string };
  /** Staff let the customer in until then, who promises to pay. */
  "line-promised": { act: number; line: string; untilMs: number };
  /** The platform suspends the provider, or lifts that. `sells`: its sites may go on selling. */
  "provider-stepped": { act: number; step: "suspend" | "reactivate"; sells: boolean };
  /** From the beginning the site can order its router nothing: it asks no API. */
  "no-router-api": unknown;
  /** From the beginning: packages for so much an hour are opened by what a callback alone told; for more the channel is asked first. */
  "unverified-limit": { centsMax: number };
  /** From the beginning the provider gives time back to who had no internet. */
  "credits-outages": unknown;
  /** Staff let the site's device in with a new key. */
  readmitted: unknown;
  /** Staff want the site to run this release of the agent. Null: none. */
  "release-ordered": {
    act: number;
    version: string | null;
    way: ReleaseWay;
    by: "owner" | "platform";
  };
  /** The site's launcher starts this release. */
  "release-started": { version: string; way: ReleaseWay };
  /** Staff said of a refund the opposite of what is so at the channel, or another's receipt, and were believed or heard no answer. */
  "staff-mistaken": { refundId: string; of: string; method: string; said: "paid" | "not-paid" };
  /** What staff ordered is done; not `isDone`: the hub refused it. */
  "staff-heard": { act: number; isDone: boolean };
  /** Another provider's program reached for what is not its own, or read one of its own lists. `saw`: ids of this story's provider in the answer. */
  "neighbour-heard": { reach: string; status: number; isList: boolean; saw: readonly string[] };
  /** Somebody posts a callback that the channel never sent, to an address that is not right. */
  forged: { receipt: string };
  /**
   * The same at the right address: the hub can't tell it from the channel's own word of this purchase before it asks. `payer`: of
   * a payment by hand, for somebody who pays nothing. `askedCents`: for so much the prompt asked; absent: no matter.
   */
  leaked: { receipt: string; purchaseId: string; payer?: string; amountCents: number; askedCents?: number };
  /**
   * `customer`: who has the number that bought it; null or absent: nobody that staff know. `renews`: the right that it goes on from; null or absent: it is
   * none of a package that is bought anew.
   */
  bought: { purchaseId: string; rightId: string; plan: string; customer?: string | null; renews?: string | null };
  "hub-books": { books: HubBooks };
  /**
   * What the site's folder holds in the end of what the hub decided. `settled`: of sellers' sales; `accounts`: until when who has one is let in, null where
   * that has no end. Absent: nobody looked.
   */
  "copy-at-site": {
    grants: readonly StandingOfGrant[];
    changes: readonly ChangedGrant[];
    settled?: readonly { readonly seller: string; readonly settledCents: number }[];
    accounts?: readonly { readonly rightId: string; readonly letInUntilMs: number | null }[];
  };
  /** The site's log warned of what its people should know. */
  warned: { alarm: string };
  /** A line that it wrote in its log itself. */
  logged: { who: "agent" | "hub"; level: "warn" | "error"; event: string };
  /** What the site told by the story's end: alarms in its journal, or at its hub, and what its page for installers says is wrong. Empty: nobody looked. */
  told: { alarms: readonly string[]; status: readonly string[] };
  threw: { what: string };
}

export type Fact = {
  [Kind in keyof Facts]: { readonly atMs: number; readonly kind: Kind } & Readonly<Facts[Kind]>;
}[keyof Facts];
export type FactOf<Kind extends Fact["kind"]> = Extract<Fact, { readonly kind: Kind }>;

/** What a release does: it works; ends as soon as it is started; answers nobody; or works for a while, and then answers nobody. */
export type ReleaseWay = "good" | "crashes" | "silent" | "hangs";

/** A fact as it is noted: the time is added. */
export type NewFact = Fact extends infer Each ? (Each extends Fact ? Omit<Each, "atMs"> : never) : never;

/** What a phone's page says of a right. `isOnline`: the phone is online with it. */
export interface Shown {
  readonly rightId: string;
  readonly isOnline: boolean;
  readonly secondsLeft: number | null;
  readonly bytesLeft: number | null;
  readonly bytesUsed: number;
  readonly downKbps: number | null;
}

export interface Gift {
  readonly seconds: number;
  readonly useSeconds: number;
  readonly dataBytes: number;
}

/** What the site's own books say. */
export interface Books {
  /** Why they were read: just before the agent went down by order, just after it came up, or at the story's end. */
  readonly when: "before-stop" | "after-start" | "end";
  readonly siteClockMs: number;
  readonly grants: readonly {
    readonly rightId: string;
    readonly startedAtMs: number | null;
    /** By the calendar, without what staff gave since it began. */
    readonly endsAtMs: number | null;
    /** What staff had given by then is in its end already. Absent: nothing. */
    readonly givenSeconds?: number;
    readonly bytes: number;
    readonly onlineSeconds: number;
    readonly devices: readonly string[];
  }[];
  /** Rights that are over for good, of which no more is kept. */
  readonly spent: readonly string[];
  readonly sessions: readonly BookedSession[];
  readonly sales: readonly { readonly saleId: string; readonly priceCents: number; readonly rightId: string }[];
  readonly soldCents: Readonly<Record<string, number>>;
}

export interface BookedSession {
  /** The router's id of it. */
  readonly session: string;
  readonly rightId: string | null;
  readonly isOpen: boolean;
  readonly bytes: number;
  /** Absent: nobody looked. */
  readonly seconds?: number;
  readonly startedAtMs?: number | null;
}

/** What the hub's books say at the end, as a program of the owner reads them. Amounts in cents; debit positive. */
export interface HubBooks {
  readonly purchases: readonly {
    readonly purchaseId: string;
    readonly reference: string;
    readonly state: string;
    /** The plan as it was at this price. */
    readonly plan: string;
    readonly priceCents: number;
    /** Why a person is to look at it; null: nobody need. */
    readonly review: string | null;
    readonly createdAtMs: number;
    /** Of its customer's credit, kept for it. Absent: nothing. */
    readonly heldCents?: number;
    /** Of that: what nobody may spend until it has ended. Absent: nothing. */
    readonly lockedCents?: number;
    /** Whose it is: a number. Null: nobody's that the story knows. Absent: nobody looked. */
    readonly buyer?: string | null;
  }[];
  readonly receipts: readonly {
    readonly receipt: string;
    readonly purchaseId: string | null;
    readonly amountCents: number;
    readonly planCents: number;
    readonly creditCents: number;
    readonly suspenseCents: number;
    readonly returnedCents: number;
    readonly state: string;
    readonly isProved: boolean;
    /** By what of the channel. Null: not proved. */
    readonly provedBy: string | null;
    /** It is what a customer paid out of their credit: no channel moved it. Absent: it is not. */
    readonly isFromCredit?: boolean;
  }[];
  readonly entries: readonly {
    readonly key: string;
    readonly purchaseId: string | null;
    readonly postings: readonly {
      readonly account: string;
      readonly amountCents: number;
      /** Whose credit or debt: a number, or a name of the books' where the story knows none. Absent: nobody looked. */
      readonly party?: string | null;
    }[];
  }[];
  /** What staff gave back, as the list of refunds has it. Absent: nothing. */
  readonly refunds?: readonly {
    readonly refundId: string;
    /** The purchase, or the code's right. */
    readonly of: string;
    readonly method: string;
    readonly amountCents: number;
    /** Of a payout, as the channel names it. Absent or null: none. */
    readonly receipt?: string | null;
  }[];
  /** Refunds that are not done, and that nobody refused. Absent: none. */
  readonly openRefunds?: readonly {
    readonly refundId: string;
    readonly of: string;
    readonly method: string;
    readonly amountCents: number;
    readonly state: string;
    readonly receipt: string | null;
    readonly changedAtMs: number;
    /** It stands in the list of what a person is to look at, or a person has settled it. */
    readonly isSeen: boolean;
  }[];
  readonly grants: readonly (StandingOfGrant & {
    readonly purchaseId: string | null;
    /** It is long over, and no site keeps it. */
    readonly isForgotten: boolean;
    /** As of a purchase. */
    readonly buyer?: string | null;
  })[];
  /** What staff changed of grants that began. */
  readonly changes: readonly ChangedGrant[];
  /** First uses, as the site told of them. Times by the site's clock, corrected. */
  readonly starts: readonly {
    readonly rightId: string;
    readonly startedAtMs: number;
    readonly endsAtMs: number | null;
  }[];
  readonly sessions: readonly BookedSession[];
  readonly cashSales: readonly CashSale[];
  readonly sellers: readonly {
    readonly seller: string;
    readonly soldCents: number;
    readonly commissionCents: number;
    readonly handedInCents: number;
    /** What is still to be handed in. Absent: nobody looked. */
    readonly owedCents?: number;
  }[];
  /** What the owner's list of money received has. Below zero: it went back. `receipt`: null: it has none. Absent: nobody looked. */
  readonly received?: readonly {
    readonly receipt: string | null;
    readonly amountCents: number;
    readonly state: string;
  }[];
  /** What the owner's list of cash sales shows. */
  readonly listedSales: readonly CashSale[];
  /** What became of each order at the router, as the owner's list shows it. */
  readonly routerOrders: readonly { readonly action: string; readonly state: string }[];
  /** Lines as the owner's list shows them, with their own log. */
  readonly lines: readonly BookedLine[];
  /** What `GET /api/v1/payments` lists. */
  readonly listed: readonly { readonly purchaseId: string; readonly state: string }[];
}

/** What becomes of a bought package besides its time. */
export interface StandingOfGrant {
  readonly rightId: string;
  readonly isRevoked: boolean;
  readonly isSuspended: boolean;
  /** Its money is not proved yet. */
  readonly isUnverified: boolean;
  /** The right that it goes on from. Null or absent: none. */
  readonly goesOnFrom?: string | null;
}

/** The sum of what staff changed. */
export interface ChangedGrant extends Gift {
  readonly rightId: string;
  readonly isPaused: boolean;
}

export interface BookedLine {
  readonly line: string;
  readonly state: string;
  readonly paidUntilMs: number;
  readonly log: readonly { readonly what: string; readonly loggedMs: number; readonly amountCents: number | null }[];
}

export interface CashSale {
  readonly saleId: string;
  readonly seller: string;
  readonly rightId: string;
  readonly priceCents: number;
  readonly commissionCents: number;
  /** By the site's clock, corrected. Absent: nobody looked. */
  readonly soldAtMs?: number;
}

/** A broken invariant of the design, and by how much. */
export interface Violation {
  readonly invariant: InvariantName;
  readonly atMs: number;
  readonly what: string;
}

/** The last eight need a hub. */
export type InvariantName =
  | "OFF-IN-TIME"
  | "NO-GIFT"
  | "NO-THEFT"
  | "BYTES-KEPT"
  | "JOURNAL-KEPT"
  | "MONEY-ONCE"
  | "SAME-AGAIN"
  | "NO-AMNESIA"
  | "ONE-TRUTH"
  | "HEARD"
  | "NO-CRASH"
  | "LEDGER-ZERO"
  | "PAID-STAYS"
  | "NO-SILENCE"
  | "PROVED-ONLY"
  | "BANK-ZERO"
  | "DUE-RIGHT"
  | "UNDO"
  | "OWN-ROWS";
