import { inboxMessagesMax } from "@karibu/protocol/rpc/report-inbox";
import { expect, test } from "vitest";
import type { InboxMessage } from "../ground/router-control.ts";
import { type InboxMemory, readInboxOnce, remember, rememberedMax } from "./inbox-policy.ts";

const sinceMs = Date.UTC(2026, 10, 20);
const wanted = { sender: "MPESA", sinceMs };
const nothing: InboxMemory = { sinceMs, read: [] };
const money = (receipt: string, more: Partial<InboxMessage> = {}): InboxMessage => ({
  sender: "MPESA",
  time: "Nov/20/2026 10:00:00 GMT +3",
  atMs: sinceMs + 7 * 3_600_000,
  text: `${receipt} Confirmed. Ksh20.00 received for account SHOP7. New balance is Ksh99.00.`,
  ...more,
});
const textsOf = ({ report }: ReturnType<typeof readInboxOnce>) =>
  report.map(({ message }) => message.text.slice(0, 10));

test("[PAY-25] what came before somebody switched it on is never reported; what comes afterwards is, once, in its order", () => {
  const before = [money("UKL50ZDR4F", { atMs: sinceMs - 60_000 }), money("UKL51ZDR4F", { atMs: null, time: "?" })];
  const first = readInboxOnce(null, wanted, before);
  expect(first.report).toEqual([]);
  const now = [...before, money("UKL52ZDR4F"), money("UKL53ZDR4F")];
  const second = readInboxOnce(first.memory, wanted, now);
  expect(textsOf(second)).toEqual(["UKL52ZDR4F", "UKL53ZDR4F"]);
  const noted = remember(first.memory as InboxMemory, second.report);
  expect(readInboxOnce(noted, wanted, now)).toEqual({ memory: null, report: [] });
  // Switched off and on again.
  expect(readInboxOnce(noted, { ...wanted, sinceMs: sinceMs + 1 }, now).report).toEqual([]);
});

test("[PAY-25] what came between the switch and the first look, or while a stick was lost, is reported", () => {
  const messages = [money("UKL50ZDR4F", { atMs: sinceMs - 1 }), money("UKL51ZDR4F", { atMs: sinceMs })];
  const first = readInboxOnce(null, wanted, messages);
  expect(textsOf(first)).toEqual(["UKL51ZDR4F"]);
  const noted = remember(first.memory as InboxMemory, first.report);
  expect(readInboxOnce(noted, wanted, messages)).toEqual({ memory: null, report: [] });
});

test.each<[string, InboxMessage, boolean]>([
  ["of the sender, about money received", money("UKL52ZDR4F"), true],
  ["of the sender in other letters", money("UKL52ZDR4F", { sender: " mpesa" }), true],
  ["in Swahili", money("", { text: "UKL52ZDR4F Imethibitishwa. Umepokea Ksh20.00" }), true],
  ["of somebody else, in the same words", money("UKL52ZDR4F", { sender: "+254712000111" }), false],
  ["about what the owner paid", money("", { text: "UKL52ZDR4F Confirmed. Ksh20.00 sent to SHOP" }), false],
  ["longer than any of M-Pesa's", money("UKL52ZDR4F", { text: `received ${"x".repeat(640)}` }), false],
  ["from before, on a SIM that was slow to show it", money("UKL52ZDR4F", { atMs: sinceMs - 2 * 86_400_000 }), false],
  ["at a time that can't be read", money("UKL52ZDR4F", { atMs: null, time: "?" }), true],
])("[PAY-25] reported or not: a message %s", (_, message, isReported) => {
  const reading = readInboxOnce(nothing, wanted, [message]);
  expect(reading.report.map((each) => each.message)).toEqual(isReported ? [message] : []);
  // What is not reported is remembered, so that it is looked at once.
  expect(reading.memory === null).toBe(isReported);
});

test("[PAY-25] two messages of the same words at two times are two; a full inbox is reported in bites, and the memory has an end", () => {
  const many = Array.from({ length: 60 }, (_, at) => money("UKL52ZDR4F", { time: `time ${at}` }));
  let memory = nothing;
  const seen: InboxMessage[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const { report } = readInboxOnce(memory, wanted, many);
    expect(report).toHaveLength(inboxMessagesMax);
    memory = remember(memory, report);
    seen.push(...report.map(({ message }) => message));
  }
  expect(seen).toEqual(many);
  const more = Array.from({ length: 2 * rememberedMax }, (_, at) => ({ fingerprint: String(at) }));
  expect(remember(memory, more).read).toHaveLength(rememberedMax);
});
