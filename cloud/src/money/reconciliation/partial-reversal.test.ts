/** A statement on which only a part of a payment went back, through the API: that part leaves the books, and nothing else. */
import { expect, test } from "vitest";
import { surePosterOf } from "../../test-asking.ts";
import { hubSuite } from "../../test-hub.ts";

const head = "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn";
const details = "Pay Bill from 2547****678 - JUMA ALI Acc. x";
const paid = (receipt: string) => `${receipt},2026-11-01 10:00:00,${details},Completed,50.00,`;
const back = (receipt: string, of: string, shillings: number) =>
  `${receipt},2026-11-01 11:00:00,Reversal of ${of},Completed,,${shillings}.00`;

hubSuite("a partial reversal", (hub) => {
  async function openOffice(name: string) {
    const { token } = await hub.makeProvider(name);
    const post = surePosterOf(hub, () => token);
    const secrets = { passkey: "pass key", consumerKey: "consumer key", consumerSecret: "consumer secret" };
    const channel = { kind: "mpesa-paybill", shortcode: "600100", environment: "sandbox", ...secrets };
    const { id: channelId } = await post("/channels", channel);
    const read = async (path: string) => (await hub.call("GET", `/api/v1${path}`, { token })).body;
    const send = (...rows: string[]) =>
      post("/reconciliation/statements", { channelId, csv: [head, ...rows].join("\n") });
    const balances = async () => {
      const { items } = await read("/ledger/accounts");
      const all = items.map((one: { account: string; balanceCents: number }) => [
        one.account.split(":")[0],
        one.balanceCents,
      ]);
      return Object.fromEntries(all.filter(([, cents]: [string, number]) => cents !== 0));
    };
    return { post, read, send, balances };
  }

  test("[BEY-08] of money without an owner: the rest stays in suspense, a person lets it go to a customer, once", async () => {
    const office = await openOffice("Suspense");
    await office.send(paid("QK61ABCDEF"));
    const rows = [paid("QK61ABCDEF"), back("QK62ABCDEF", "QK61ABCDEF", 20)];
    expect(await office.send(...rows)).toMatchObject({ reversed: 1, differences: [], failures: [] });
    expect(await office.balances()).toEqual({ clearing: 3000, suspense: -3000 });
    expect(await office.send(...rows, paid("QK63ABCDEF"))).toMatchObject({ reversed: 0, differences: [] });
    expect(await office.balances()).toEqual({ clearing: 8000, suspense: -8000 });
    expect((await office.read("/review")).items).toContainEqual(expect.objectContaining({ id: "QK61ABCDEF" }));
    await office.post("/review/resolve", { kind: "frozen", id: "QK61ABCDEF", note: "seen" });
    await office.post("/receipts/QK61ABCDEF/assign", { phone: "0712345678" });
    expect(await office.balances()).toEqual({ clearing: 8000, suspense: -5000, credit: -3000 });
  });

  test("[BEY-08] of a customer's credit: it leaves their credit; when the rest goes back too, it is reversed whole", async () => {
    const office = await openOffice("Credit");
    await office.send(paid("QK71ABCDEF"));
    await office.post("/receipts/QK71ABCDEF/assign", { phone: "0712345678" });
    const part = back("QK72ABCDEF", "QK71ABCDEF", 20);
    expect(await office.send(paid("QK71ABCDEF"), part)).toMatchObject({ reversed: 1, differences: [] });
    expect(await office.balances()).toEqual({ clearing: 3000, credit: -3000 });
    const rest = back("QK73ABCDEF", "QK71ABCDEF", 30);
    expect(await office.send(paid("QK71ABCDEF"), part, rest)).toMatchObject({ reversed: 1, differences: [] });
    expect(await office.balances()).toEqual({});
  });

  test("[BEY-08] a reversal on another channel's statement takes nothing from the channel that got the money", async () => {
    const office = await openOffice("Elsewhere");
    await office.send(paid("QK91ABCDEF"));
    const secrets = { passkey: "pass key", consumerKey: "consumer key", consumerSecret: "consumer secret" };
    const other = { kind: "mpesa-paybill", shortcode: "600200", environment: "sandbox", ...secrets };
    const { id: channelId } = await office.post("/channels", other);
    for (const shillings of [20, 50]) {
      const csv = [head, back(`QK9${shillings}BCDEF`, "QK91ABCDEF", shillings)].join("\n");
      expect(await office.post("/reconciliation/statements", { channelId, csv })).toMatchObject({
        reversed: 0,
        differences: [expect.anything()],
      });
    }
    expect(await office.balances()).toEqual({ clearing: 5000, suspense: -5000 });
  });
});
