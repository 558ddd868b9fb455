/** What a browser really shows of an alarm: from a rule of the hub, through the push service, to the notifications of its worker. */
import type { HttpRequest } from "@karibu/cloud/ground/http-client/http-call";
import { ownerPassword, type TestProvider } from "@karibu/cloud/test-hub";
import { desktopChromiumPath } from "@karibu/tools/ci/test-chromium";
import { sql } from "kysely";
import type { CDPSession, Page, Worker } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { chooseInMenu, chooseLanguage, complaintsOf, goTo, patience, useConsole } from "../../console/test-console.ts";
import { type SimulatedBrowser, type SimulatedPush, simulatePush } from "./test-simulated-push.ts";

const quarterMs = 15 * 60_000;

/** What stands on the screen. */
interface Shown {
  readonly title: string;
  readonly body: string;
  readonly hash: string;
}

describe.skipIf(desktopChromiumPath === null)("an alarm on the screen of a browser", () => {
  let service: SimulatedPush | null = null;
  const http = async (request: HttpRequest) => {
    if (service === null) throw new Error("no push service yet");
    return service.answer(request);
  };
  const console = useConsole({ http }, desktopChromiumPath);
  const { hub, browser } = console;
  const manager = { email: "manager@pwani.test", name: "M", role: "manager", password: "some-long-password" };
  let provider: TestProvider;
  let siteId: string;
  let phone: SimulatedBrowser;
  let page: Page;
  let errors: string[];
  let devTools: CDPSession;
  let registrationId: string;

  const run = (statement: ReturnType<typeof sql>) => hub.database().asPlatform("test", (tx) => statement.execute(tx));
  const api = async (path: string, body: object) =>
    (await hub.call("POST", `/api/v1${path}`, { token: provider.token, body })).body;
  const openWindows = () =>
    (self as unknown as { clients: { matchAll(of: object): Promise<unknown[]> } }).clients
      .matchAll({ type: "window", includeUncontrolled: true })
      .then((windows) => windows.length);
  const worker = () => page.context().serviceWorkers()[0] as Worker;
  const onScreen = (): Promise<Shown[]> =>
    worker().evaluate(async () => {
      const { registration } = self as unknown as { registration: ServiceWorkerRegistration };
      const all = await registration.getNotifications();
      return all.map(({ title, body, data }) => ({ title, body, ...data }));
    });
  /** The push service hands over what it has opened as the browser does. */
  const arrives = (message: object) =>
    devTools.send("ServiceWorker.deliverPushMessage", {
      origin: console.url(),
      registrationId,
      data: JSON.stringify(message),
    });
  /** DevTools says nothing of a message that it lost: it is handed over again, as a push service does, until it is seen. */
  const isSeen = (message: object, look: () => Promise<unknown>, seen: unknown) =>
    expect
      .poll(
        async () => {
          await arrives(message);
          return look();
        },
        { ...patience, interval: 500 },
      )
      .toEqual(seen);
  const howMany = async () => (await onScreen()).length;
  const logIn = async (email: string, password: string) => {
    await page.locator('input[type="email"]').fill(email);
    await page.locator('input[type="password"]').fill(password);
    await page.locator("login-page button").first().click();
    await page.locator("account-menu button").waitFor();
  };
  /** No finger pressed it: so the browser would refuse to open a window. What the worker asks for is noted instead. */
  const press = () =>
    worker().evaluate(async () => {
      const scope = self as unknown as {
        registration: ServiceWorkerRegistration;
        clients: { openWindow(url: string): Promise<null> };
      };
      let opened: string | null = null;
      scope.clients.openWindow = async (url) => {
        opened = url;
        return null;
      };
      const [notification] = await scope.registration.getNotifications();
      const Press = (globalThis as unknown as { NotificationEvent: new (name: string, of: object) => Event })
        .NotificationEvent;
      let work: Promise<unknown> = Promise.resolve();
      const event = new Press("notificationclick", { notification });
      const waitUntil = (given: Promise<unknown>) => {
        work = given;
      };
      Object.defineProperty(event, "waitUntil", { value: waitUntil });
      self.dispatchEvent(event);
      const refusal = await work.then(
        () => null,
        (error: Error) => error.message,
      );
      return { opened, refusal };
    });

  beforeAll(async () => {
    provider = await hub.makeProvider("Pwani");
    const { publicKey } = (await hub.call("GET", "/api/v1/user/push", { token: provider.token })).body;
    service = simulatePush(publicKey, () => hub.world.clock.wall().atMs);
    phone = service.subscribe();
    await api("/users", manager);
    siteId = (await api("/sites", { name: "Bandari" })).site.siteId;
    await run(sql`insert into agents (provider_id, site_id, public_key, enrolled_at_ms)
      values (${provider.providerId}, ${siteId}, 'key', 1)`);
    const context = await browser().newContext({ viewport: { width: 360, height: 740 }, reducedMotion: "reduce" });
    await context.grantPermissions(["notifications"], { origin: console.url() });
    // The browser of the test reaches no push service: its subscription is the simulated service's. All else is the browser's own.
    await context.exposeFunction("unsubscribed", () => phone.unsubscribe());
    await context.addInitScript((subscription) => {
      let isOn = false;
      const current = {
        toJSON: () => subscription,
        unsubscribe: async () => {
          isOn = false;
          await (globalThis as unknown as { unsubscribed(): Promise<void> }).unsubscribed();
          return true;
        },
      };
      PushManager.prototype.getSubscription = async () => (isOn ? (current as unknown as PushSubscription) : null);
      PushManager.prototype.subscribe = async () => {
        isOn = true;
        return current as unknown as PushSubscription;
      };
    }, phone.subscription);
    page = await context.newPage();
    errors = complaintsOf(page);
    await page.goto(`${console.url()}/#/account`);
    await logIn(provider.ownerEmail, ownerPassword);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    devTools = await context.newCDPSession(page);
    const registered = new Promise<string>((resolve) =>
      devTools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
        const [first] = registrations;
        if (first !== undefined) resolve(first.registrationId);
      }),
    );
    await devTools.send("ServiceWorker.enable");
    registrationId = await registered;
  }, 60_000);

  test("[MSG-07] shows the alarm in its reader's own language, and its end in its place in the language chosen meanwhile", async () => {
    await page.reload();
    await chooseLanguage(page, "sw");
    await page.locator("push-card button").click();
    await page.locator("push-card .badge.good").waitFor();
    await run(sql`insert into site_links (provider_id, site_id, disconnected_at_ms)
      values (${provider.providerId}, ${siteId}, ${hub.world.clock.wall().atMs - quarterMs}::bigint)`);
    await hub.hub().alerts.look();
    await expect.poll(() => phone.shown.length, patience).toBe(1);
    const alarm = { title: "Pwani: Tahadhari", body: "Kituo kiko kimya: Bandari", hash: "#/alarms" };
    await isSeen(phone.shown[0] as object, onScreen, [alarm]);
    await chooseLanguage(page, "en");
    const language = async () => (await run(sql`select locale from push_subscriptions`)).rows;
    await expect.poll(language, patience).toEqual([{ locale: "en" }]);
    await run(sql`delete from site_links where site_id = ${siteId}`);
    await hub.hub().alerts.look();
    await expect.poll(() => phone.shown.length, patience).toBe(2);
    const over = { title: "Pwani: Over", body: "The site is silent: Bandari", hash: "#/alarms" };
    await isSeen(phone.shown[1] as object, onScreen, [over]);
  });

  test("[MSG-07] a press leads the open page to the alarms, and opens one where none is open", async () => {
    await goTo(page, "#/account");
    // Chromium brings no page to the front without a finger: the page stands at the alarms all the same.
    await press();
    await page.locator("alarms-page").waitFor();
    await expect.poll(onScreen, patience).toEqual([]);
    await isSeen(phone.shown[1] as object, howMany, 1);
    await page.goto("about:blank");
    // The page that was left is still a window for a moment.
    await expect.poll(() => worker().evaluate(openWindows), patience).toBe(0);
    expect(await press()).toEqual({ opened: `${console.url()}/#/alarms`, refusal: null });
    expect(errors).toEqual([]);
  });

  test("[MSG-07] after the log-out nothing stands on the screen, and what was still on its way tells nobody anything", async () => {
    await page.goto(`${console.url()}/#/account`);
    await page.locator("account-menu button").waitFor();
    await isSeen(phone.shown[0] as object, howMany, 1);
    await chooseInMenu(page, "log-out").catch(() => {});
    await page.locator("login-page").waitFor();
    await expect.poll(async () => (await run(sql`select 1 from push_subscriptions`)).rows, patience).toEqual([]);
    expect(await onScreen()).toEqual([]);
    const noWords = { title: "Karibu", body: "", hash: "#/alarms" };
    await isSeen(phone.shown[0] as object, onScreen, [noWords]);
    // A press before the log-in: it leads there.
    await press();
    await expect.poll(() => page.evaluate(() => location.hash), patience).toBe("#/alarms");
    await logIn(manager.email, manager.password);
    await page.locator("alarms-page").waitFor();
    await isSeen(phone.shown[0] as object, onScreen, [noWords]);
  });
});
