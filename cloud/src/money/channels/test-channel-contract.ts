/** The suite that every payment channel passes, against its simulator. */

import type { World } from "@karibu/protocol/world";
import { describe, expect, test } from "vitest";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import { privateTokens } from "../channel-tokens/shared-token.ts";
import type { ChannelRow } from "./channel.ts";
import type { ChannelDefinition, OpenContext, PaymentChannel, StartRequest } from "./channel-contract.ts";
import type { ExpectedOrder } from "./channel-messages.ts";

export interface ContractBench {
  readonly definition: ChannelDefinition;
  readonly channel: PaymentChannel;
  /** Where the channel moves another currency than the suite's. */
  readonly order?: StartRequest;
  /** The same with keys that its owner refuses. Null: it has no keys. */
  readonly wrongKeys: PaymentChannel | null;
  pay(reference: string): Promise<void>;
  /** Null: a payment through it can't fail. */
  readonly fail: ((reference: string) => Promise<void>) | null;
}

export const contractOrder: StartRequest = {
  amountCents: 5000,
  currency: "KES",
  phone: "254711000111",
  reference: "K7Q2M9XW",
  description: "1 day",
  secret: "abc",
};
/** What the answers about this order must agree with. */
const expectedOf = ({ reference, currency, amountCents }: StartRequest): ExpectedOrder => ({
  reference,
  currency,
  amountCents,
});
export const contractExpected = expectedOf(contractOrder);

/** Opens a channel without a hub. Its callbacks go to `<publicUrl>/hooks/k/1`. */
export function openTestChannel(
  definition: ChannelDefinition,
  parts: { readonly world: World; readonly http: HttpCall; readonly baseUrl: string; readonly publicUrl: string },
  keys: Readonly<Record<string, string>>,
  row: Partial<ChannelRow> = {},
): PaymentChannel {
  const context: OpenContext = {
    ...parts,
    row: { shortcode: "", storeNumber: null, settings: {}, ...row } as ChannelRow,
    keys: () => ({ ...keys, hookToken: "1", noticeToken: "1" }),
    tokens: () => privateTokens(parts.world),
    callbackUrl: (...rest) => [parts.publicUrl, "hooks", "k", "1", ...rest].join("/"),
    keepSettings: async (changes) => void Object.assign(row, { settings: { ...row.settings, ...changes } }),
  };
  return definition.open(context);
}

export function describeChannel(kind: string, createBench: () => ContractBench): void {
  describe(`[PAY-17] the channel ${kind}`, () => {
    const startOf = async ({ channel, definition, order = contractOrder }: ContractBench) =>
      definition.readers.readStart(JSON.stringify(await channel.start(order)));
    const queryOf = async ({ channel, definition, order = contractOrder }: ContractBench, requestId: string) => {
      const answer = JSON.stringify({ ...(await channel.query(requestId)), requestId });
      return definition.readers.readQuery(answer, 90_000, expectedOf(order)).evidence;
    };

    test("accepts an order, is asked, and says paid with exactly the amount", async () => {
      const bench = createBench();
      const { evidence } = await startOf(bench);
      if (evidence.kind === "success") {
        expect(evidence).toMatchObject({ receipt: contractOrder.reference, amountCents: 5000, trust: "fetched" });
        return;
      }
      expect(evidence.kind).toBe("accepted");
      const requestId = evidence.kind === "accepted" ? evidence.requestId : "";
      expect((await queryOf(bench, requestId)).kind).toBe("unknown");
      await bench.pay(contractOrder.reference);
      const paid = await queryOf(bench, requestId);
      expect(paid).toMatchObject({ kind: "success", trust: "fetched", requestId });
      if (paid.kind === "success" && paid.receipt !== null) expect(paid.amountCents).toBe(5000);
    });

    test("says that nobody paid, and never by guessing", async () => {
      const bench = createBench();
      if (bench.fail === null) return;
      const { evidence } = await startOf(bench);
      const requestId = evidence.kind === "accepted" ? evidence.requestId : "";
      await bench.fail(contractOrder.reference);
      expect((await queryOf(bench, requestId)).kind).toBe("failure");
      const { readers } = bench.definition;
      const lost = JSON.stringify({ status: 0, body: "", requestId });
      expect(readers.readQuery(lost, 90_000, contractExpected).evidence.kind).toBe("unknown");
      expect(readers.readStart(JSON.stringify({ status: 0, body: "" })).evidence.kind).toBe("unknown");
    });

    test("says what is wrong with its keys", async () => {
      const bench = createBench();
      await expect(bench.channel.checkKeys()).resolves.toMatch(/\w/);
      if (bench.wrongKeys !== null)
        await expect(bench.wrongKeys.checkKeys()).rejects.toMatchObject({ code: expect.stringMatching(/\/keys$/) });
    });
  });
}
