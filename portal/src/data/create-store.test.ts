import type { PayChannel } from "@karibu/protocol/pay-channel";
import type { LogIn, LogOut, PortalState, PurchaseView, Redeemed } from "@karibu/protocol/portal-api";
import { cents, seconds } from "@karibu/protocol/quantities";
import { beforeEach, expect, test } from "vitest";
import { waitingView } from "../pages/waiting/waiting-state.ts";
import { allWords } from "../strings/all-words.ts";
import type { LoadWords } from "../strings/strings.ts";
import { type PayWay, usualWay } from "../strings/words.ts";
import { english as en, hour, online, purchaseView, swahili as sw } from "../test-facts.ts";
import { createActions } from "./actions.ts";
import type { ActionsApi } from "./actions-api.ts";
import type { Answer, Api } from "./api.ts";
import { createBuying } from "./buying.ts";
import { createStore } from "./create-store.ts";
import type { Platform } from "./platform.ts";
import type { Actions, Store } from "./store.ts";

/** A phone with simulated time, and an agent whose answers a test sets. */
let nowMs: number;
let timers: { atMs: number; task: () => void }[];
let state: Answer<PortalState>;
let purchase: Answer<PurchaseView>;
let start: Answer<PurchaseView>[];
let keys: string[];
let logIns: { grantId?: string; by?: "page" }[];
let posted: number;
let leave: Answer<LogOut>;
let visited: number;
let redeem: Answer<Redeemed>;
let redeemed: string[];
let orders: object[];
/** What the words were loaded for. */
let ways: PayWay[] = [];
let store: Store;
let actions: Actions;
let buy: ReturnType<typeof createBuying>;

const lost = { ok: false, trouble: { code: "unreachable", field: null, retryAfterSeconds: null } } as const;
const ok = <T>(value: T): Answer<T> => ({ ok: true, value });
const portal = (more: Partial<PortalState> = {}): PortalState => ({
  site: { name: "Here", providerName: "P", currency: "KES", locale: "en", supportPhone: null },
  hub: "connected",
  buying: "open",
  plans: [hour],
  device: { mac: null, address: null },
  online: null,
  available: [],
  purchase: null,
  ...more,
});

async function pass(ms: number): Promise<void> {
  const untilMs = nowMs + ms;
  for (;;) {
    for (let turn = 0; turn < 30; turn++) await Promise.resolve();
    timers.sort((a, b) => a.atMs - b.atMs);
    const next = timers[0];
    if (next === undefined || next.atMs > untilMs) break;
    timers.shift();
    nowMs = next.atMs;
    next.task();
  }
  nowMs = untilMs;
}

let open: (isRedirect: boolean, code?: string, isLate?: boolean) => void;

/** What the customer can tap while the page waits. */
function actionsShown() {
  const { following, connecting, nowMs: now } = store;
  const facts = { following: following.value, connecting: connecting.value, nowMs: now.value };
  return waitingView({ ...facts, plan: null, hub: "connected", supportPhone: null }, en).actions;
}

beforeEach(() => {
  nowMs = 0;
  timers = [];
  keys = [];
  logIns = [];
  posted = 0;
  leave = ok({});
  visited = 0;
  redeem = ok({ planName: "1 hour", logIn: { kind: "done" } });
  redeemed = [];
  orders = [];
  state = ok(portal());
  purchase = ok(purchaseView());
  start = [];
  const platform: Platform = {
    monotonicMs: () => nowMs,
    wallMs: () => nowMs,
    after(delayMs, task) {
      const timer = { atMs: nowMs + delayMs, task };
      timers.push(timer);
      return {
        cancel() {
          timers = timers.filter((one) => one !== timer);
        },
      };
    },
    newKey: () => `key-${nowMs}`,
    recall: () => null,
    keep: () => {},
    isVisible: () => true,
  };
  const post: LogIn = { kind: "post", url: "http://10.5.50.1/login", username: "u", password: "p" };
  const api: Pick<Api, "state"> = { state: async () => state };
  const actionsApi: ActionsApi = {
    purchase: async () => purchase,
    eventsUrl: (purchaseId) => `/events/${purchaseId}`,
    async tryCode({ code }) {
      return code === "HALF"
        ? { ok: true, value: { priceCents: cents(1000), usualCents: cents(2000), currency: "KES" } }
        : { ok: false, trouble: { code: "bad-code", field: "code", retryAfterSeconds: null } };
    },
    async startPurchase({ idempotencyKey, ...order }) {
      keys.push(idempotencyKey);
      orders.push(order);
      return start.shift() ?? ok(purchaseView());
    },
    claim: async () => ok({ kind: "asked" }),
    logOut: async () => leave,
    async visitLogOut() {
      visited++;
    },
    async redeem(code) {
      redeemed.push(code);
      return redeem;
    },
    async logIn(request) {
      logIns.push(request);
      return ok(post);
    },
    async postLogIn() {
      posted++;
    },
  };
  /** `isLate`: the script of the actions is not there yet. */
  open = (isRedirect, code, isLate = false) => {
    ways = [];
    const arrival = { hint: {}, destination: null, error: null, isRedirect, ...(code === undefined ? {} : { code }) };
    const loadWords: LoadWords = async (language, { paysBy, wallet, country }) => {
      ways.push({ paysBy, wallet, country });
      return {
        language,
        paysBy,
        wallet,
        country,
        words: allWords(language, { ...usualWay, paysBy }),
        isWhole: true,
      };
    };
    const languages = { en: "English", fr: "Français", sw: "Kiswahili" };
    const first = { language: "en", ...usualWay, words: en, isWhole: true } as const;
    store = createStore({ api: api as Api, platform, arrival, languages, phoneLanguages: ["en"], first, loadWords });
    actions = createActions(store, actionsApi);
    if (!isLate) store.join(actions);
    buy = createBuying(store, actions, actionsApi);
  };
  open(false);
});

test("[POR-02] an unclear answer is repeated with the same key: one tap never makes two payments", async () => {
  store.start();
  await pass(10);
  start = [lost, lost, ok(purchaseView())];
  store.phoneText.value = "0712345678";
  void buy("p");
  await pass(10_000);
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  expect(store.page.value.name).toBe("waiting");
});

test("[POR-02] without an answer the next tap is the same purchase; after a refusal it is a new one", async () => {
  store.start();
  await pass(10);
  start = [lost, lost, lost, lost];
  store.phoneText.value = "0712345678";
  void buy("p");
  await pass(20_000);
  expect(store.trouble.value?.trouble.code).toBe("unreachable");
  start = [{ ok: false, trouble: { code: "prompt-already-open", field: "phone", retryAfterSeconds: null } }];
  void buy("p");
  await pass(1000);
  expect(new Set(keys).size).toBe(1);
  void buy("p");
  await pass(10);
  expect(new Set(keys).size).toBe(2);
});

test.each(["hub-away", "slow-down", "fault"] as const)(
  "[POR-02] without an answer of the hub the next tap is the same purchase, also where the site then said %s",
  async (code) => {
    store.start();
    await pass(10);
    start = [lost, { ok: false, trouble: { code, field: null, retryAfterSeconds: null } }];
    store.phoneText.value = "0712345678";
    void buy("p");
    await pass(20_000);
    expect(store.trouble.value?.trouble.code).toBe(code);
    void buy("p");
    await pass(10);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  },
);

test("[PLN-12] without an answer a purchase with a code is sent again as it was: its code may be used up by itself", async () => {
  store.start();
  await pass(10);
  store.phoneText.value = "0712345678";
  store.promoText.value = "HALF";
  await buy("p");
  start = [lost, lost, lost, lost];
  void buy("p");
  await pass(20_000);
  void buy("p");
  await pass(10);
  expect([keys.length, new Set(keys).size]).toEqual([5, 1]);
  expect(orders[4]).toEqual(orders[0]);
});

test("[PLN-12] a code's price is shown before it is paid; another code is asked about anew, and a wrong one is said at its field", async () => {
  store.start();
  await pass(10);
  store.phoneText.value = "0712345678";
  store.promoText.value = "HALF";
  await buy("p");
  expect([store.deal.value?.priceCents, orders]).toEqual([1000, []]);
  await buy("p");
  expect(orders).toMatchObject([{ code: "HALF", expectsCents: 1000 }]);
  actions.stopWaiting();
  store.promoText.value = "OTHER";
  await buy("p");
  expect(store.trouble.value?.trouble).toMatchObject({ code: "bad-code" });
  expect(orders).toHaveLength(1);
});

test("[POR-03] after payment and log-in the page shows online as soon as the agent says so, and keeps the receipt", async () => {
  store.start();
  await pass(10);
  store.phoneText.value = "0712345678";
  void buy("p");
  await pass(2000);
  purchase = ok(
    purchaseView({
      state: "paid",
      grantId: "g",
      receipt: "UK1",
      logIn: { kind: "post", url: "http://x/login", username: "u", password: "p" },
    }),
  );
  await pass(2000);
  expect(posted).toBe(1);
  state = ok(portal({ online }));
  await pass(2000);
  expect(store.page.value.name).toBe("online");
  expect(store.paid.value).toMatchObject({ receipt: "UK1", grantId: "g" });
});

test("[POR-03] the router reports success but the phone is not online: the page posts the log-in, then shows an error", async () => {
  store.start();
  await pass(10);
  store.codeText.value = "123456";
  store.redeem();
  await pass(13_500);
  expect(logIns).toEqual([{ by: "page" }]);
  expect(posted).toBe(1);
  await pass(14_000);
  expect(store.connecting.value?.trouble?.code).toBe("router-refused");
  expect(store.page.value.name).toBe("waiting");
});

test("[POR-05] while others guess, a code waits for its turn and is sent again by itself; nobody reads that it is wrong", async () => {
  await pass(1);
  store.codeText.value = "1234567890";
  redeem = { ok: false, trouble: { code: "one-moment", field: "code", retryAfterSeconds: 6 } };
  store.redeem();
  await pass(1);
  expect(store.trouble.value?.trouble).toMatchObject({ code: "one-moment", retryAfterSeconds: 6 });
  expect(store.busy.value).toBe("redeem");
  await pass(5000);
  expect(redeemed).toHaveLength(1);
  redeem = ok({ planName: "1 hour", logIn: { kind: "done" } });
  await pass(1500);
  expect(redeemed).toEqual(["1234567890", "1234567890"]);
  expect(store.trouble.value).toBeNull();
  expect(store.connecting.value).not.toBeNull();
});

test("[POR-05] [RTR-31] a code is sent as it was typed: another system's may have small letters, blanks and a password behind it", async () => {
  await pass(1);
  store.codeText.value = "  aBc_1!  s3 cret ";
  store.redeem();
  await pass(1);
  expect(redeemed).toEqual(["aBc_1!  s3 cret"]);
});

test("[VOU-19] a scanned voucher is redeemed once, as soon as the site answers; a refused one stays in its field", async () => {
  open(false, "1234567890");
  store.start();
  await pass(10);
  expect(redeemed).toEqual(["1234567890"]);
  state = ok(portal({ online }));
  await pass(20_000);
  expect(store.page.value.name).toBe("online");
  expect(redeemed).toHaveLength(1);

  state = ok(portal());
  redeem = { ok: false, trouble: { code: "expired", field: "code", retryAfterSeconds: null } };
  open(true, "999999");
  store.start();
  await pass(10);
  expect(store.page.value.name).toBe("home");
  expect(store.trouble.value).toMatchObject({ where: "redeem", trouble: { code: "expired" } });
  expect(store.codeText.value).toBe("999999");
});

test("[POR-05] a code that is typed before the actions are there is sent once they are; meanwhile its button says that it is busy", async () => {
  open(false, undefined, true);
  store.start();
  await pass(10);
  store.redeem();
  expect(store.trouble.value).toMatchObject({ where: "redeem", trouble: { code: "bad-request" } });
  store.codeText.value = "1234567890";
  store.redeem();
  await pass(20_000);
  expect([store.busy.value, store.isActionWanted.value, store.trouble.value, redeemed]).toEqual([
    "redeem",
    true,
    null,
    [],
  ]);
  store.join(actions);
  await pass(10);
  expect([store.isActionWanted.value, redeemed]).toEqual([false, ["1234567890"]]);
  expect(store.page.value.name).toBe("waiting");
});

test("[VOU-19] a scanned voucher waits for the actions, in its field", async () => {
  open(false, "1234567890", true);
  store.start();
  await pass(20_000);
  expect([store.codeText.value, redeemed]).toEqual(["1234567890", []]);
  store.join(actions);
  await pass(10);
  expect(redeemed).toEqual(["1234567890"]);
});

test("[POR-03] what the first answer says counts too where the actions come after it: an open purchase, and a phone that the router sent here", async () => {
  state = ok(portal({ purchase: purchaseView() }));
  open(false, undefined, true);
  store.start();
  await pass(10);
  expect(store.page.value.name).toBe("home");
  purchase = ok(
    purchaseView({
      state: "paid",
      grantId: "g",
      logIn: { kind: "post", url: "http://x/login", username: "u", password: "p" },
    }),
  );
  store.join(actions);
  expect(store.page.value.name).toBe("waiting");
  await pass(100); // it is asked about at once, and not with the next poll
  expect(posted).toBe(1);

  state = ok(portal({ online }));
  for (const [isRedirect, answers, expected] of [
    [true, 1, 1],
    [false, 1, 0],
    [true, 2, 0],
  ] as const) {
    logIns = [];
    open(isRedirect, undefined, true);
    store.start();
    await pass(answers === 1 ? 10 : 5010);
    store.join(actions);
    await pass(10);
    expect([isRedirect, answers, logIns.length]).toEqual([isRedirect, answers, expected]);
  }
});

test("redirected by the hotspot while the agent says online: the page logs in at once, and only in that case", async () => {
  state = ok(portal({ online }));
  store.start();
  await pass(5000);
  expect(logIns).toEqual([]);
  open(true);
  store.start();
  await pass(5000);
  expect(logIns).toEqual([{}]);
  expect(posted).toBe(1);
  await pass(10_000);
  expect(logIns).toHaveLength(1);
  expect(store.page.value.name).toBe("online");
});

test("a reload resumes an open purchase, but not a failed or dismissed one", async () => {
  state = ok(portal({ purchase: purchaseView() }));
  store.start();
  await pass(10);
  expect(store.page.value.name).toBe("waiting");
  actions.stopWaiting();
  await pass(30_000);
  expect(store.page.value.name).toBe("home");
  actions.resume();
  expect(store.page.value.name).toBe("waiting");
});

test("[POR-03] a reload after payment goes online without a tap, and shows no button that would vanish", async () => {
  const paid = { state: "paid", grantId: "g", receipt: "UK1" } as const;
  const available = [{ ...online, grantId: "g" }];
  state = ok(portal({ available, purchase: purchaseView(paid) }));
  purchase = ok(
    purchaseView({ ...paid, logIn: { kind: "post", url: "http://x/login", username: "u", password: "p" } }),
  );
  store.start();
  await pass(10);
  expect(store.page.value.name).toBe("waiting");
  expect(actionsShown()).toEqual([]);
  await pass(2000);
  expect(posted).toBe(1);
});

test("[POR-03] where log-in needs a tap, a reload after payment offers it", async () => {
  const paid = purchaseView({ state: "paid", grantId: "g", receipt: "UK1" });
  const available = [{ ...online, grantId: "g" }];
  state = ok(portal({ available, purchase: paid }));
  purchase = ok(paid);
  store.start();
  await pass(2000);
  expect(actionsShown()).toEqual(["go-online"]);
});

test("[POR-03] paid after 'stop waiting': the page goes online without a tap, and a second stop is final", async () => {
  store.start();
  await pass(10);
  store.phoneText.value = "0712345678";
  void buy("p");
  await pass(2000);
  actions.stopWaiting();
  state = ok(portal({ purchase: purchaseView() }));
  await pass(12_000);
  expect(store.page.value.name).toBe("home");
  const paid = { state: "paid", grantId: "g", receipt: "UK1" } as const;
  purchase = ok(
    purchaseView({ ...paid, logIn: { kind: "post", url: "http://x/login", username: "u", password: "p" } }),
  );
  state = ok(portal({ purchase: purchaseView(paid) }));
  await pass(12_000);
  expect(store.page.value.name).toBe("home"); // its package is not here yet
  state = ok(portal({ purchase: purchaseView(paid), available: [{ ...online, grantId: "g" }] }));
  await pass(12_000);
  expect(store.page.value.name).toBe("waiting");
  expect(posted).toBe(1);
  actions.stopWaiting();
  await pass(30_000);
  expect(posted).toBe(1);
  expect(store.page.value.name).toBe("home");
});

test("[POR-02] after a reload the waiting time counts from the start of the purchase", async () => {
  state = ok(portal({ purchase: { ...purchaseView({ state: "unknown" }), ageSeconds: seconds(95) } }));
  purchase = ok(purchaseView({ state: "unknown" }));
  store.start();
  await pass(10);
  expect(nowMs - (store.following.value?.sinceMs ?? 0)).toBeGreaterThanOrEqual(95_000);
});

test("[POR-01] the link is back: buying opens within seconds", async () => {
  state = ok(portal({ hub: "away", buying: "hub-away" }));
  store.start();
  await pass(60_000);
  state = ok(portal());
  await pass(3500);
  expect(store.portal.value?.buying).toBe("open");
});

test("a paid purchase whose grant is used up is not resumed", async () => {
  state = ok(portal({ purchase: purchaseView({ state: "paid", grantId: "g" }) }));
  store.start();
  await pass(10);
  expect(store.page.value.name).toBe("home");
});

test("one missed answer changes nothing; two in a row show a lost connection until an answer comes", async () => {
  store.start();
  await pass(10);
  state = lost;
  await pass(11_000);
  expect(store.contact.value).toBe("here");
  await pass(5000);
  expect(store.contact.value).toBe("lost");
  state = ok(portal());
  await pass(12_000);
  expect(store.contact.value).toBe("here");
});

test("a wrong number is refused without a request", async () => {
  store.start();
  await pass(10);
  store.phoneText.value = "0812345678";
  await buy("p");
  expect(keys).toEqual([]);
  expect(store.trouble.value).toMatchObject({ where: "buy", trouble: { code: "bad-phone", field: "phone" } });
});

test("[PAY-17] at a site with a payment page the words change, in each language, and back", async () => {
  const payTitle = () => store.words.value.payTitle;
  const onPage = (language: "en" | "sw") => allWords(language, { ...usualWay, paysBy: "page" });
  store.start();
  await pass(0);
  expect(payTitle()).toBe(en.payTitle);
  state = ok(portal({ paysBy: "page" }));
  await pass(30_000);
  expect(payTitle()).toBe(onPage("en").payTitle);
  store.chooseLanguage("sw");
  await pass(0);
  expect(payTitle()).toBe(onPage("sw").payTitle);
  state = ok(portal());
  await pass(30_000);
  expect(payTitle()).toBe(sw.payTitle);
});

test("[POR-03] logging out: the phone is shown offline once the agent sees it so, and what was bought does not bring it back", async () => {
  const bought = {
    purchaseId: "x",
    planId: hour.planId,
    state: "paid",
    reason: null,
    receipt: null,
    grantId: "g",
  } as const;
  state = ok(portal({ online, purchase: bought }));
  store.start();
  await pass(10);
  expect(store.page.value.name).toBe("online");
  leave = ok({ url: "http://10.5.50.1/logout?erase-cookie=on" });
  void actions.logOut();
  await pass(3000);
  expect([visited, store.busy.value, store.page.value.name]).toEqual([1, "log-out", "online"]);
  state = ok(portal({ available: [{ ...online, grantId: "g" }], purchase: bought }));
  await pass(5000);
  expect([store.busy.value, store.page.value.name, logIns]).toEqual([null, "home", []]);
  await actions.logIn("g");
  expect(logIns).toEqual([{ grantId: "g" }]);
});

test("[POR-03] a log-out that does not happen is said, and the page stays usable", async () => {
  state = ok(portal({ online }));
  store.start();
  await pass(10);
  void actions.logOut();
  await pass(20_000);
  expect(store.trouble.value).toMatchObject({ where: "log-out", trouble: { code: "router-refused" } });
  expect([store.busy.value, store.page.value.name]).toEqual([null, "online"]);
  leave = lost;
  await actions.logOut();
  expect(store.trouble.value).toMatchObject({ where: "log-out", trouble: { code: "unreachable" } });
});

const wallets = [
  { channelId: "mpesa", name: "M-Pesa", paysBy: "phone" },
  { channelId: "cards", name: "Card", paysBy: "page" },
] as const;

test("[POR-02] of several ways to pay none is taken by itself: the customer chooses, and the words follow the choice", async () => {
  state = ok(portal({ channels: [...wallets], paysBy: "phone" }));
  store.start();
  await pass(10);
  store.phoneText.value = "0712345678";
  await buy("p");
  expect(store.trouble.value?.trouble.field).toBe("channelId");
  expect(orders).toEqual([]);
  actions.chooseChannel("mpesa");
  await pass(10);
  expect(store.words.value.payTitle).toBe(en.payTitle);
  actions.chooseChannel("cards");
  await pass(10);
  expect(store.words.value.payTitle).not.toBe(en.payTitle);
  await buy("p");
  expect(orders).toMatchObject([{ planId: "p", phone: "254712345678", channelId: "cards" }]);
});

test("[PAY-22] [POR-02] the words are loaded for the wallet of the place; for all of them before a choice among several", async () => {
  const airtel = { channelId: "airtel", name: "Airtel Money", paysBy: "phone" } as const;
  const wordsFor = async (channels: PayChannel[]) => {
    open(false);
    state = ok(portal({ channels }));
    store.start();
    await pass(10);
    return ways.at(-1);
  };
  expect(await wordsFor([airtel])).toMatchObject({ paysBy: "phone", wallet: "Airtel Money" });
  expect(await wordsFor([wallets[0], airtel])).toMatchObject({ paysBy: "phone", wallet: "M-Pesa / Airtel Money" });
  actions.chooseChannel("airtel");
  await pass(10);
  expect(ways.at(-1)).toMatchObject({ paysBy: "phone", wallet: "Airtel Money" });
});

test("[POR-02] with one way to pay, and with an older hub that names none, nothing is asked", async () => {
  for (const channels of [undefined, [wallets[0]]]) {
    open(false);
    orders = [];
    state = ok(portal(channels === undefined ? {} : { channels }));
    store.start();
    await pass(10);
    store.phoneText.value = "0712345678";
    await buy("p");
    expect(orders).toMatchObject([{ planId: "p", phone: "254712345678" }]);
  }
});
