/** Reports by e-mail: who gets them, when, and who no more. */
import { longTest } from "@karibu/protocol/test-long-run";
import { writtenDay } from "@karibu/protocol/written-day";
import { beforeAll, expect, test } from "vitest";
import type { Mail } from "../../ground/mail/mail.ts";
import type { Mailer } from "../../ground/mail/mailer.ts";
import { pdfText } from "../../money/documents/pdf/test-pdf-text.ts";
import { askerOf } from "../../test-asking.ts";
import { hubSuite, ownerPassword } from "../../test-hub.ts";
import { sendDue } from "./send-reports.ts";

const hourMs = 3_600_000;

hubSuite("reports by e-mail", (hub) => {
  let token = "";
  let userId = "";
  let ownerEmail = "";
  const email = "accounts@posted.test";
  const call = askerOf(hub, () => token);
  const written: Mail[] = [];
  const mailer = {
    write: async (_tx: unknown, _providerId: string, mail: Mail) => {
      written.push(mail);
      return `mail-${written.length}`;
    },
  } as Mailer;
  const parts = () => ({
    world: hub.world,
    database: hub.database(),
    mailer,
    publicUrl: "http://hub.test",
    accountOwners: [],
  });
  const dayAt = (atMs: number) => new Date(atMs + 3 * hourMs).toISOString().slice(0, 10);
  /** To seven in the morning of the provider's next day. */
  const toMorning = async () => {
    const now = hub.world.clock.wall().atMs + 3 * hourMs;
    hub.moveClock(Math.ceil(now / (24 * hourMs)) * 24 * hourMs + 7 * hourMs - now);
    token = await hub.logIn(ownerEmail, ownerPassword); // the one before has ended
  };
  const lettersTo = (to: string) => written.filter((letter) => letter.to === to);

  beforeAll(async () => {
    ({ token, ownerEmail } = await hub.makeProvider("Posted"));
    const made = await call("POST", "/users", { name: "Asha", email, password: ownerPassword, role: "accountant" });
    ({ userId } = made.body);
    const { country: _, ...settings } = (await call("GET", "/tax-settings")).body;
    const legalName = "Posted call 0712345678 http://evil.test {titles}";
    expect((await call("PUT", "/tax-settings", { ...settings, legalName })).status).toBe(200);
    const { site } = (await call("POST", "/sites", { name: "Kiosk" })).body;
    const { planId } = (await call("POST", "/plans", { name: "Day", priceCents: 2500, terms: {} })).body;
    await call("POST", "/payments/purchase", { siteId: site.siteId, planId, phone: "0712345678", pay: "cash" });
  }, 60_000);

  test("[REP-12] reports come once each day, to people of the provider who may read them, in their language; not to who left", async () => {
    const fields = {
      reports: ["revenue", "at-risk"],
      every: "day",
      format: "pdf",
      language: "sw",
      userIds: [userId],
      active: true,
    };
    const other = await hub.makeProvider("Other");
    const theirs = await hub.call("POST", "/api/v1/report-schedules", { token: other.token, body: fields });
    expect([theirs.status, theirs.body.field]).toEqual([400, "userIds"]);
    const made = await call("POST", "/report-schedules", fields);
    expect(made.status, made.text).toBe(201);
    expect(await sendDue(parts())).toBe("0 letters");

    const yesterday = dayAt(hub.world.clock.wall().atMs);
    await toMorning();
    const today = dayAt(hub.world.clock.wall().atMs);
    expect(await Promise.all([sendDue(parts()), sendDue(parts())]).then((all) => all.sort())).toEqual([
      "0 letters",
      "1 letters",
    ]);
    expect(await sendDue(parts())).toBe("0 letters");
    expect(lettersTo(email)).toHaveLength(1);
    const [letter] = lettersTo(email);
    expect(letter?.attachment).toMatchObject({
      name: `reports-${today}.pdf`,
      mediaType: "application/pdf",
    });
    // Customers at risk are those of today: each report's days are its own.
    expect(letter?.subject).toContain(`ripoti, zimetumwa ${writtenDay(today, "sw")}`);
    expect(letter?.text).toContain(
      `Mapato: ${writtenDay(yesterday, "sw")}\nWateja walio hatarini kuondoka: ${writtenDay(today, "sw")}\n`,
    );
    const paper = pdfText(Buffer.from(letter?.attachment?.bytes ?? []));
    expect(paper).not.toMatch(/\d{4}-\d\d/);
    expect(`${letter?.subject} ${letter?.text}`).not.toMatch(/evil\.test|0712345678/);

    const csv = { ...fields, reports: ["revenue", "prompts"], format: "csv", language: "en" };
    expect((await call("PUT", `/report-schedules/${made.body.scheduleId}`, csv)).status).toBe(200);
    await toMorning();
    await sendDue(parts());
    expect(lettersTo(email)).toHaveLength(3);
    const [, ofRevenue, ofPrompts] = lettersTo(email);
    expect([ofRevenue?.subject, ofPrompts?.attachment?.name]).toEqual([
      expect.stringContaining(`: reports of ${writtenDay(today, "en")}`),
      `prompts-${today}-${today}.csv`,
    ]);
    const text = Buffer.from(lettersTo(email)[1]?.attachment?.bytes ?? []).toString();
    expect(text.split("\r\n")[0]).toBe("Day,Sales,Sold (KES),Refunded (KES),Left (KES),Sold for cash (KES)");

    await call("PATCH", `/users/${userId}`, { role: "installer" });
    await toMorning();
    expect(await sendDue(parts())).toBe("0 letters");
    await call("PATCH", `/users/${userId}`, { role: "accountant" });
    await call("PATCH", `/users/${userId}`, { active: false });
    await toMorning();
    expect(await sendDue(parts())).toBe("0 letters");
    expect(lettersTo(email)).toHaveLength(3);
  }, 90_000);

  test("[REP-12] sending by hand has a pause, and a schedule is removed", async () => {
    const [one] = (await call("GET", "/report-schedules")).body.items;
    const sent = await call("POST", `/report-schedules/${one.scheduleId}/send`);
    expect([sent.status, sent.body.code]).toEqual([429, "sent-just-now"]);
    const sentAtMs = async (atMs: number) =>
      hub
        .database()
        .asPlatform("test", (tx) =>
          tx.updateTable("report_schedules").set({ sentAtMs: atMs }).where("scheduleId", "=", one.scheduleId).execute(),
        );
    // By a clock that was ahead.
    await sentAtMs(hub.world.clock.wall().atMs + 1000 * hourMs);
    expect((await call("POST", `/report-schedules/${one.scheduleId}/send`)).body).toEqual({ letters: 0 });
    hub.moveClock(hourMs / 6);
    expect((await call("POST", `/report-schedules/${one.scheduleId}/send`)).body).toEqual({ letters: 0 });
    const { body: me } = await call("GET", "/users?limit=50");
    const owner = me.items.find((user: { role: string }) => user.role === "owner");
    const { scheduleId: _, nextDay: __, sentAtMs: ___, sentTo: ____, ...fields } = one;
    await call("PUT", `/report-schedules/${one.scheduleId}`, { ...fields, userIds: [owner.userId] });
    hub.moveClock(hourMs / 6);
    // Sent while the clock was ahead: that is no moment ago.
    await hub.database().asPlatform("test", (tx) =>
      tx
        .updateTable("report_schedules")
        .set((row) => ({ sentAtMs: row("sentAtMs", "+", 30_000 * hourMs) }))
        .execute(),
    );
    expect((await call("POST", `/report-schedules/${one.scheduleId}/send`)).body).toEqual({ letters: 2 });
    const arrived = () => hub.letters().filter(({ attachment }) => attachment?.name.startsWith("revenue-") === true);
    await expect.poll(() => arrived().length, { timeout: 20_000 }).toBe(1);
    expect((await call("DELETE", `/report-schedules/${one.scheduleId}`)).status).toBe(204);
    expect((await call("GET", "/report-schedules")).body.items).toEqual([]);
  }, 60_000);

  longTest(
    "[REP-12] a hub's clock that was weeks ahead for a moment silences no schedule for weeks",
    async () => {
      const fields = { reports: ["revenue"], every: "day", format: "csv", language: "en", active: true };
      const ahead = await hub.makeProvider("Ahead");
      token = ahead.token;
      const { items } = (await call("GET", "/users?limit=50")).body;
      await call("POST", "/report-schedules", { ...fields, userIds: [items[0].userId] });
      ({ ownerEmail } = ahead);
      await toMorning();
      const letters = () => lettersTo(ahead.ownerEmail).length;
      hub.moveClock(30 * 24 * hourMs);
      await sendDue(parts());
      hub.moveClock(-30 * 24 * hourMs);
      expect(letters()).toBe(1);
      await sendDue(parts());
      await toMorning();
      await sendDue(parts());
      expect(letters()).toBe(2);
    },
    60_000,
  );
});
