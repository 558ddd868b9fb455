/** A message is written once for an event, in whatever month: its row may be in another one by then, or forgotten. */
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { enginesOfThisRun } from "../ground/db/test-databases.ts";
import { hubSuite, ownerPassword } from "../test-hub.ts";

const dayMs = 86_400_000;

hubSuite("messages by month of one event", { on: enginesOfThisRun, timeout: 120_000 }, (hub) => {
  longTest(
    "[SYS-10] it is written once: twice at once, a month later, and when its message is forgotten; after 400 days its event is forgotten too",
    async () => {
      const { providerId } = await hub.makeProvider("Once");
      const message = (event: string) => ({
        providerId,
        event,
        template: "free",
        phone: "254712345678",
        text: "Hello",
      });
      const inDatabase = hub.database().asProvider;
      const sends = (event = "a/1") =>
        inDatabase(providerId, (tx) => hub.hub().messaging.sendAll(tx, [message(event), message(event)]));
      const kept = () => inDatabase(providerId, (tx) => tx.selectFrom("messages").selectAll().execute());
      const pass = async (days: number) => {
        hub.moveClock(days * dayMs);
        await hub.hub().maintenance.runDue();
      };
      expect(await sends()).toBe(1);
      await pass(32);
      expect(await sends()).toBe(0);
      expect(await sends("a/2")).toBe(1);
      expect((await kept()).map(({ eventKey }) => eventKey.slice(0, 3)).sort()).toEqual(["a/1", "a/2"]);
      await pass(180);
      expect((await kept()).map(({ eventKey }) => eventKey.slice(0, 3))).toEqual(["a/2"]);
      expect(await sends()).toBe(0);
      await pass(400 - 212 + 1);
      expect(await sends()).toBe(1);
    },
  );

  test("one that is sent again is one row still, in the month of that", async () => {
    const { ownerEmail, providerId } = await hub.makeProvider("Again");
    const phone = "254712345679";
    await hub
      .database()
      .asProvider(providerId, (tx) =>
        hub.hub().messaging.send(tx, { providerId, event: "b/1", template: "free", phone, text: "Hello" }),
      );
    const rows = () => hub.database().asProvider(providerId, (tx) => tx.selectFrom("messages").selectAll().execute());
    const [first] = await rows();
    await hub.database().asProvider(providerId, (tx) => tx.updateTable("messages").set({ state: "failed" }).execute());
    hub.moveClock(32 * dayMs);
    const { status } = await hub.call("POST", `/api/v1/messages/${first?.messageId}/resend`, {
      token: await hub.logIn(ownerEmail, ownerPassword),
    });
    expect(status).toBe(202);
    const [second, ...more] = await rows();
    expect(more).toEqual([]);
    expect(second?.messageId).toBe(first?.messageId);
    expect((second?.createdAtMs ?? 0) - (first?.createdAtMs ?? 0)).toBeGreaterThanOrEqual(32 * dayMs);
  });
});
