import { afterEach, expect, test, vi } from "vitest";
import { createApi } from "./api.ts";
import { customerIn } from "./state.ts";
import { createStore } from "./store.ts";

afterEach(() => void vi.unstubAllGlobals());

const prompt = (state: string) => ({
  ...{ promptId: "p1", state, reason: null, receipt: null },
  ...{ amountCents: 1000, currency: "KES", phone: "0712…601" },
});

/** A page of a customer who asks their phone for a top-up, or pays it on a page of the channel's. The test says when time has passed, and when the hub answers a question about it. */
async function askedPage(ofPage: { readonly payAt?: string } = {}) {
  const answers: ((state: string) => void)[] = [];
  const waits: (() => void)[] = [];
  let isSignedOut = false;
  const bytes = (body: object) => new Response(JSON.stringify(body), { status: isSignedOut ? 401 : 200 });
  vi.stubGlobal("fetch", async (url: string, { method }: RequestInit) => {
    if (method === "POST") return bytes({ ...prompt("prompted"), ...ofPage });
    if (url.includes("/prompts/"))
      return new Promise((resolve) => answers.push((state) => resolve(bytes({ ...prompt(state), ...ofPage }))));
    return bytes(url.endsWith("/overview") ? { services: [], plans: [], passes: [] } : { locale: "en" });
  });
  const store = createStore({
    api: createApi("", () => "en"),
    place: { kind: "my", provider: "p", page: "services" },
    ...{ language: "en", isSpoken: true, chosenLanguage: "en", remember() {}, onChange() {} },
    wait: () => new Promise((resolve) => waits.push(resolve)),
  });
  await store.open();
  store.show({ kind: "pay", subscriptionId: null, key: "k" });
  await (ofPage.payAt === undefined ? store.askPhone(null, 1000) : store.openPage("c1", 1000));
  const signOut = () => {
    isSignedOut = true;
  };
  return { store, answers, waits, signOut };
}

test("[CUS-11] a top-up is followed until its money is there, and the page says so", async () => {
  const { store, answers, waits } = await askedPage();
  expect(store.state.asked).toMatchObject({ prompt: { state: "prompted" }, isDone: false });
  waits.shift()?.();
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  answers.shift()?.("paid");
  await vi.waitFor(() => expect(store.state.asked).toMatchObject({ prompt: { state: "paid" }, isDone: true }));
});

test("[CUS-11] who closes the dialog while the hub is asked sees nothing of that payment in the next one", async () => {
  const { store, answers, waits } = await askedPage();
  waits.shift()?.();
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  store.show(null);
  store.show({ kind: "pay", subscriptionId: null, key: "k2" });
  answers.shift()?.("prompted");
  await store.refresh(); // its own answers come after that one
  expect(store.state.asked).toBeNull();
});

test("[CUS-11] whose log-in ends meanwhile leaves nothing of a payment on the screen", async () => {
  const { store, answers, waits, signOut } = await askedPage();
  waits.shift()?.();
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  signOut();
  await store.refresh();
  expect(store.state).toMatchObject({ session: "out", asked: null });
  answers.shift()?.("paid");
  await store.refresh();
  expect(store.state).toMatchObject({ session: "out", asked: null });
});

test("[CUS-11] a payment whose proof takes longer than five minutes is followed on for as long as the page says that it waits", async () => {
  const { store, answers, waits } = await askedPage();
  for (let polls = 0; polls < 160; polls++) {
    waits.shift()?.();
    await vi.waitFor(() => expect(answers).toHaveLength(1), { interval: 1 });
    answers.shift()?.("prompted");
    await vi.waitFor(() => expect(waits).toHaveLength(1), { interval: 1 });
  }
  waits.shift()?.();
  await vi.waitFor(() => expect(answers).toHaveLength(1), { interval: 1 });
  answers.shift()?.("paid");
  await vi.waitFor(() => expect(store.state.asked?.isDone).toBe(true));
});

const service = (subscriptionId: string, paidUntilMs = 1000) => ({
  subscriptionId,
  state: "active",
  dueCents: 5000,
  paidUntilMs,
});
const person = (name: string, services: readonly object[] = []) => ({
  customerId: `c-${name}`,
  name,
  creditCents: 99_000,
  services,
  plans: [],
  passes: [],
});

/** A page whose requests the test answers, in whatever order. `lose` is the browser's own error. */
function heldPage(place: Parameters<typeof createStore>[0]["place"] = { kind: "my", provider: "p", page: "services" }) {
  const asked: {
    method: string;
    url: string;
    key: unknown;
    customer: string | undefined;
    body: unknown;
    answer(body: object, status?: number, headers?: Record<string, string>): void;
    lose(): void;
  }[] = [];
  vi.stubGlobal("fetch", (url: string, { method = "GET", headers, body }: RequestInit) => {
    const { "Idempotency-Key": named, "Karibu-Customer": customer } = headers as Record<string, string>;
    const sent = JSON.parse(String(body ?? "{}"));
    const key = named ?? sent.key;
    return new Promise((resolve, reject) =>
      asked.push({
        ...{ method, url, key, customer, body: sent },
        answer: (said, status = 200, more = {}) =>
          resolve(new Response(status === 204 ? null : JSON.stringify(said), { status, headers: more })),
        lose: () => reject(new TypeError("network error")),
      }),
    );
  });
  const store = createStore({
    api: createApi(
      "",
      () => "en",
      () => customerIn(store.state),
    ),
    place,
    ...{ language: "en", isSpoken: true, chosenLanguage: "en", remember() {}, onChange() {} },
    wait: () => new Promise(() => {}),
  });
  const next = async (method: string, end: string) => {
    await vi.waitFor(() => expect(asked.some((one) => one.method === method && one.url.endsWith(end))).toBe(true));
    const at = asked.findIndex((one) => one.method === method && one.url.endsWith(end));
    return asked.splice(at, 1)[0] as (typeof asked)[number];
  };
  return { store, next };
}

/** Logged in as this person. */
async function enteredPage(services: readonly object[] = []) {
  const page = heldPage();
  const opened = page.store.open();
  (await page.next("GET", "/my/p")).answer({ locale: "en" });
  (await page.next("GET", "/overview")).answer(person("Asha", services));
  await opened;
  return page;
}

test("[CUS-11] what was asked before a log-out and is answered after it shows nothing of that customer, nor to the next one", async () => {
  const { store, next } = await enteredPage();
  void store.refresh();
  const late = await next("GET", "/overview");
  void store.refresh();
  const later = await next("GET", "/overview");
  const out = store.logOut();
  (await next("DELETE", "/sessions/this")).answer({}, 204);
  await out;
  late.answer(person("Asha"));
  await vi.waitFor(() => expect(store.state).toMatchObject({ session: "out", overview: { state: "none" } }));
  const entered = store.enterPassword("juma", "secret");
  (await next("POST", "/sessions")).answer({ name: "Juma" });
  (await next("GET", "/overview")).answer(person("Juma"));
  await entered;
  later.answer({}, 401);
  await new Promise(setImmediate);
  expect(store.state).toMatchObject({ session: "in", overview: { value: { name: "Juma" } } });
});

test("[CUS-11] each request says whom the page shows: where another customer has logged in in another tab, it is theirs no more", async () => {
  const { store, next } = await enteredPage();
  store.show({ kind: "pay", subscriptionId: null, key: "d" });
  const paying = store.askPhone("0712345678", 1000);
  const request = await next("POST", "/prompts");
  expect(request.customer).toBe("c-Asha");
  request.answer({ code: "not-signed-in" }, 401);
  await paying;
  expect(store.state).toMatchObject({ session: "out", dialog: null, overview: { state: "none" } });
  const entered = store.enterPassword("asha", "secret");
  const logIn = await next("POST", "/sessions");
  expect(logIn.customer).toBeUndefined();
  logIn.answer({ name: "Asha" });
  (await next("GET", "/overview")).answer(person("Asha"));
  await entered;
});

test("[CUS-11] an answer that comes after a newer one is dropped", async () => {
  const { store, next } = await enteredPage();
  const refreshed = [store.refresh(), store.refresh()];
  const [old, newer] = [await next("GET", "/overview"), await next("GET", "/overview")];
  newer.answer(person("Newer"));
  await refreshed[1];
  old.answer(person("Old"));
  await refreshed[0];
  expect(store.state.overview).toMatchObject({ value: { name: "Newer" } });
});

test("[CUS-11] a month that is paid from credit again after a lost answer, in another dialog, is the same payment; the page names the service that was paid", async () => {
  const { store, next } = await enteredPage([service("home"), service("shop")]);
  const pay = () => {
    store.show({ kind: "pay", subscriptionId: "shop", key: `dialog-${Math.random()}` });
    return store.payFromCredit();
  };
  const first = pay();
  const lost = await next("POST", "/shop/renew");
  lost.lose();
  await first;
  const second = pay();
  const again = await next("POST", "/shop/renew");
  expect(again.key).toBe(lost.key);
  again.answer(service("shop", 2000));
  (await next("GET", "/overview")).answer(person("Asha", [service("home"), service("shop", 2000)]));
  await second;
  expect(store.state).toMatchObject({ dialog: null, renewedId: "shop" });
  const third = pay();
  const anew = await next("POST", "/shop/renew");
  expect(anew.key).not.toBe(lost.key);
  expect([lost.body, again.body, anew.body]).toEqual([
    { expectedCents: 5000, paidUntilMs: 1000 },
    { expectedCents: 5000, paidUntilMs: 1000 },
    { expectedCents: 5000, paidUntilMs: 2000 },
  ]);
  anew.answer({ code: "renewed-meanwhile", detail: "Look again." }, 409);
  // It was renewed elsewhere: the page reads what it is paid until now.
  (await next("GET", "/overview")).answer(person("Asha", [service("home"), service("shop", 3000)]));
  await third;
  expect(store.state).toMatchObject({
    refusal: "Look again.",
    overview: { value: { services: [{}, { paidUntilMs: 3000 }] } },
  });
});

test.each([
  [503, "database-away"],
  [500, "internal"],
  [429, "too-many-tries"],
])(
  "[CUS-11] a month that is paid from credit again after an answer of %i is the same payment: it may have been done",
  async (status, code) => {
    const { store, next } = await enteredPage([service("home")]);
    store.show({ kind: "pay", subscriptionId: "home", key: "d" });
    const first = store.payFromCredit();
    const failed = await next("POST", "/home/renew");
    failed.answer({ code, detail: "Try again." }, status);
    await first;
    expect(store.state.refusal).toBe("Try again.");
    const second = store.payFromCredit();
    const again = await next("POST", "/home/renew");
    expect(again.key).toBe(failed.key);
    again.answer({ code: "no-credit", detail: "no" }, 409);
    await second;
  },
);

test("[CUS-11] another sum after a lost answer is another request; the same one is not", async () => {
  const { store, next } = await enteredPage();
  store.show({ kind: "pay", subscriptionId: null, key: "d" });
  const keys: unknown[] = [];
  for (const cents of [1000, 1000, 2000]) {
    const asking = store.askPhone(null, cents);
    const request = await next("POST", "/prompts");
    keys.push(request.key);
    request.lose();
    await asking;
  }
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).not.toBe(keys[0]);
});

test("[PAY-10] a card is paid on the page of the channel that was chosen, for a service, an invoice or credit; no phone is told", async () => {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (url: string, { method, body }: RequestInit) => {
    if (method === "POST") sent.push(JSON.parse(String(body)));
    const answer =
      method === "POST"
        ? { ...prompt("prompted"), payAt: "https://pay.example/1" }
        : url.endsWith("/overview")
          ? person("Asha", [service("s1")])
          : { locale: "en" };
    return new Response(JSON.stringify(answer), { status: 200 });
  });
  const store = createStore({
    api: createApi("", () => "en"),
    place: { kind: "my", provider: "p", page: "services" },
    ...{ language: "en", isSpoken: true, chosenLanguage: "en", remember() {}, onChange() {} },
    wait: () => new Promise(() => {}),
  });
  await store.open();
  for (const dialog of [
    { subscriptionId: "s1" },
    { subscriptionId: null, invoiceId: "i1" },
    { subscriptionId: null },
  ]) {
    store.show({ kind: "pay", key: "k", ...dialog });
    await store.openPage("c1", 2000);
    expect(store.state.asked).toMatchObject({ onPage: true, prompt: { payAt: "https://pay.example/1" } });
  }
  const channelId = "c1";
  expect(sent).toEqual([
    { subscriptionId: "s1", channelId },
    { invoiceId: "i1", channelId },
    { amountCents: 2000, channelId },
  ]);
});

test("[PAY-10] a declined card is not the end: the page is followed for as long as it can be paid, and its payment is seen", async () => {
  const { store, answers, waits } = await askedPage({ payAt: "https://pay.example/1" });
  waits.shift()?.();
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  answers.shift()?.("failed");
  await vi.waitFor(() => expect(waits).toHaveLength(1));
  expect(store.state.asked).toMatchObject({ prompt: { state: "failed", payAt: "https://pay.example/1" } });
  waits.shift()?.();
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  answers.shift()?.("paid");
  await vi.waitFor(() => expect(store.state.asked).toMatchObject({ prompt: { state: "paid" }, isDone: true }));
});

test("[PAY-13] a phone that is asked again behind a payment link after a lost answer is asked once", async () => {
  const { store, next } = heldPage({ kind: "pay", token: "t1" });
  const opened = store.open();
  (await next("POST", "/pay/view")).answer({ state: "unknown" });
  await opened;
  const keys: unknown[] = [];
  for (const phone of ["0712345678", "0712345678", "0799999999"]) {
    const asking = store.askPhone(phone, null);
    const request = await next("POST", "/pay/prompts");
    keys.push(request.key);
    request.lose();
    await asking;
  }
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).not.toBe(keys[0]);
});

test("[PAY-13] behind another payment link nothing of the first one's bill is shown", async () => {
  const { store, next } = heldPage({ kind: "pay", token: "t1" });
  const opened = store.open();
  const late = await next("POST", "/pay/view");
  const moved = store.moveTo({ kind: "pay", token: "t2" });
  (await next("POST", "/pay/view")).answer({ state: "unknown" });
  await moved;
  late.answer({ state: "paid", what: "Home", receipt: null });
  await opened;
  expect(store.state.link).toMatchObject({ value: { state: "unknown" } });
});

test("[CUS-09] a picture that this browser can't read is refused, and the page goes on", async () => {
  const { store } = await enteredPage();
  await store.addPicture({} as File);
  expect(store.state).toMatchObject({ busy: false, refusal: "" });
});

test("[CUS-11] what a change of plan costs opens no dialog that was closed meanwhile", async () => {
  const { store, next } = await enteredPage([service("home")]);
  store.show({ kind: "plan", subscriptionId: "home", key: "d", chosen: null });
  const choosing = store.choosePlan("fast");
  const price = await next("GET", "planId=fast");
  store.show(null);
  price.answer({ cents: 100 });
  await choosing;
  expect(store.state.dialog).toBeNull();
});

test.each([
  ["an answer that was lost", null],
  ["an answer that it is under way", { status: 409, code: "under-way" }],
])("[CUS-09] a question and an answer that are sent again after %s are the same ones", async (_what, refused) => {
  const { store, next } = await enteredPage();
  const asked = { subject: "Slow", kind: "speed", text: "Since Monday." } as const;
  const ticket = { ticketId: "t1", entries: [], pictures: [] };
  const twice = async (send: () => Promise<void>, end: string) => {
    const first = send();
    const lost = await next("POST", end);
    if (refused === null) lost.lose();
    else lost.answer(refused, refused.status, { "Retry-After": "2" });
    await first;
    const second = send();
    const again = await next("POST", end);
    expect(again.key).toMatch(/^[0-9a-f]{32}$/);
    expect(again.key).toBe(lost.key);
    again.answer(ticket);
    (await next("GET", "/tickets")).answer({ items: [ticket] });
    await second;
    return again.key;
  };
  const keys = [
    await twice(() => store.openTicket(asked), "/tickets"),
    await twice(() => store.answerTicket("Still."), "/t1/answer"),
    await twice(() => store.answerTicket("Still."), "/t1/answer"),
  ];
  expect(new Set(keys).size).toBe(3);
});
