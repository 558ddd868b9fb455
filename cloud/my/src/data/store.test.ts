import { afterEach, expect, test, vi } from "vitest";
import { createApi } from "./api.ts";
import { createStore } from "./store.ts";

afterEach(() => void vi.unstubAllGlobals());

const prompt = (state: string) => ({
  ...{ promptId: "p1", state, reason: null, receipt: null },
  ...{ amountCents: 1000, currency: "KES", phone: "0712…601" },
});

/** A page of a customer who asks their phone for a top-up. The test says when time has passed, and when the hub answers a question about it. */
async function askedPage() {
  const answers: ((state: string) => void)[] = [];
  const waits: (() => void)[] = [];
  let isSignedOut = false;
  const bytes = (body: object) => new Response(JSON.stringify(body), { status: isSignedOut ? 401 : 200 });
  vi.stubGlobal("fetch", async (url: string, { method }: RequestInit) => {
    if (method === "POST") return bytes(prompt("prompted"));
    if (url.includes("/prompts/"))
      return new Promise((resolve) => answers.push((state) => resolve(bytes(prompt(state)))));
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
  await store.askPhone(null, 1000);
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
