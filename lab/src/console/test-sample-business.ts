/** A small business with something on every page, made through the public API as its people would. */
import { advanta } from "@karibu/cloud/messaging/test-gateway";
import { sandboxPaybill } from "@karibu/cloud/money/channels/test-hooks";
import { ownerPassword, type TestHub, type TestProvider } from "@karibu/cloud/test-hub";
import { expect, vi } from "vitest";

export const customerPhone = "0712345678";

export interface SampleBusiness extends TestProvider {
  readonly accountantEmail: string;
  readonly siteId: string;
  readonly customerId: string;
  readonly channelId: string;
  readonly batchId: string;
  readonly paymentId: string;
  /** A receipt without an owner, and the open payment that it could be for. */
  readonly suspenseReceipt: string;
}

export async function makeBusiness(hub: TestHub, name: string): Promise<SampleBusiness> {
  const provider = await hub.makeProvider(name);
  const { token } = provider;
  let requests = 0;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  async function call(method: string, path: string, body?: object): Promise<any> {
    const headers = { "Idempotency-Key": `${name}-${++requests}` };
    const answer = await hub.call(method, `/api/v1${path}`, {
      token,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.text}`);
    return answer.body;
  }

  const { site } = await call("POST", "/sites", { name: "Market square", region: "Kisumu", district: "Central" });
  const siteId: string = site.siteId;
  await call("POST", "/sites", { name: "Lake view guest house with a very long name", region: "Kisumu" });
  await call("PUT", `/sites/${siteId}/tunnel`, {});
  const group = await call("POST", "/plan-groups", { name: "By the hour", position: 1 });
  const hour = await call("POST", "/plans", {
    name: "1 hour",
    priceCents: 2000,
    groupId: group.groupId,
    terms: { validitySeconds: 3600, dataBytes: 1_000_000_000, downKbps: 5000, upKbps: 2000 },
  });
  const batch = await call("POST", "/vouchers/batches", { planId: hour.planId, quantity: 20, siteId });
  await vi.waitFor(
    async () => expect(await call("GET", `/vouchers/batches/${batch.batchId}`)).toMatchObject({ state: "ready" }),
    { timeout: 20_000 },
  );
  const customer = await call("POST", "/customers", { name: "Achieng Otieno", phone: customerPhone });
  await call("PATCH", "/money-settings", { twoPersonRefunds: true, commissionPermille: 50 });

  const accountantEmail = `accounts@${name.toLowerCase()}.test`;
  const people = [
    { email: accountantEmail, name: "Wanjiru Kamau", role: "accountant" },
    { email: `seller@${name.toLowerCase()}.test`, name: "Juma Ali", role: "seller" },
  ];
  for (const person of people) await call("POST", "/users", { ...person, password: ownerPassword });
  const { items: users } = await call("GET", "/users");
  const seller = users.find((user: { role: string }) => user.role === "seller");
  await call("POST", `/floats/${seller.userId}/top-up`, { amountCents: 500_000 });
  await call("POST", "/invitations", { email: "new@people.test", name: "New person", role: "support" });

  await call("POST", "/sellers", {
    name: "Akinyi at the market",
    pin: "4821",
    commissionPermille: 50,
    sites: [{ siteId, floatCents: 500_000 }],
  });

  const channel = await call("POST", "/channels", sandboxPaybill);
  const sale = { siteId, planId: hour.planId, phone: customerPhone, pay: "cash" };
  const { id: paymentId } = await call("POST", "/payments/purchase", sale);
  for (const phone of ["0722000111", "0722000222"]) await call("POST", "/payments/purchase", { ...sale, phone });
  await call("POST", "/credits", { phone: customerPhone, amountCents: 15_000 });
  await call("POST", "/refunds", { paymentId, method: "cash", amountCents: 500, reason: "The site was away" });
  await call("POST", "/expenses", {
    category: "Electricity",
    payee: "Kenya Power",
    note: "Token for the tower",
    amountCents: 120_000,
    spentOn: "2026-11-01",
  });
  await call("POST", "/invoices", {
    customerName: "Lake view guest house",
    phone: customerPhone,
    dueOn: new Date(Date.now() + 25 * 86_400_000).toISOString().slice(0, 10),
    lines: [{ text: "Internet for a month", quantity: 2, unitCents: 150_000 }],
  });
  const register = { name: "Cash register", scopes: ["payments.sell", "plans.read"], password: ownerPassword };
  await call("POST", "/tokens", register);
  await call("POST", "/message-senders", advanta);
  await call("POST", "/messages", { phone: customerPhone, text: "Welcome back" });
  const suspenseReceipt = "UKL51ZDR4F";
  const csv = statement([{ receipt: suspenseReceipt, time: `${nairobiDay(0)} 00:00:01`, shillings: 20 }]);
  await call("POST", "/reconciliation/statements", { channelId: channel.id, csv });
  await hub.database().asPlatform("test-dead-job", (tx) =>
    tx
      .insertInto("dead_jobs")
      .values({
        jobId: `dead-${provider.providerId}`,
        name: "payments.ask",
        queue: "payments",
        tries: 5,
        data: { providerId: provider.providerId, purchaseId: paymentId } as unknown as string,
        error: "the channel did not answer",
        createdAtMs: Date.now() - 3_600_000,
        diedAtMs: Date.now(),
      } as never)
      .execute(),
  );
  return {
    ...provider,
    accountantEmail,
    siteId,
    customerId: customer.customerId,
    channelId: channel.id,
    batchId: batch.batchId,
    paymentId,
    suspenseReceipt,
  };
}

export interface StatementRow {
  readonly receipt: string;
  /** By Nairobi's clock: `20-11-2026 00:00:01`. */
  readonly time: string;
  readonly shillings: number;
}

/** Payments to the paybill without a prompt, as the portal of M-Pesa exports them. */
export function statement(rows: readonly StatementRow[]): string {
  let balance = 0;
  const lines = rows.map(({ receipt, time, shillings }) => {
    balance += shillings;
    return `${receipt},${time},${time},Pay Bill Online from 254733***126 - JANE,Completed,${shillings}.00,,${balance}.00,true,Pay Utility,254733***126 - JANE ,,SHOP 7,KES\n`;
  });
  return `Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,Withdrawn,Balance,Balance Confirmed,Reason Type,Other Party Info,Linked Transaction ID,A/C No.,Currency
${lines.join("")}`;
}

/** `20-11-2026`: the day in Nairobi, so many days ago. */
export function nairobiDay(daysAgo: number): string {
  const at = new Date(Date.now() + 3 * 3_600_000 - daysAgo * 86_400_000);
  const part = (text: number) => String(text).padStart(2, "0");
  return `${part(at.getUTCDate())}-${part(at.getUTCMonth() + 1)}-${at.getUTCFullYear()}`;
}
