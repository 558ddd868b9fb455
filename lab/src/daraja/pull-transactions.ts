/** Pull Transactions: payments of the last 48 hours, in pages of rows, nested twice. The time zone of the rows is unproved. */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { answer, errorAnswer, type HttpAnswer } from "./daraja-answers.ts";
import type { Success } from "./daraja-types.ts";

const keptMs = 48 * 3_600_000;

export function createPullTransactions(
  world: World,
  successes: readonly Success[],
  pageRows: number,
): (fields: Readonly<Record<string, unknown>>) => HttpAnswer {
  let emptyLists = 0;
  return (fields) => {
    const shortcode = String(fields.ShortCode);
    const from = readText(fields.StartDate);
    const to = readText(fields.EndDate);
    if (from === null || to === null || from < world.clock.wall().atMs - keptMs - 60_000)
      return errorAnswer(400, "400.001", "Invalid date");
    const offset = Number(fields.OffSetValue);
    const all = successes.filter(
      (each) => each.shortcode === shortcode && each.atMs >= from - 1000 && each.atMs <= to + 1000,
    );
    const rows = all.slice(offset, offset + pageRows).map((each) => ({
      transactionId: each.receipt,
      trxDate: new Date(each.atMs + 3 * 3_600_000).toISOString().replace(/\.\d+Z$/, "Z"),
      msisdn: Number(each.msisdn.slice(3)),
      sender: "UAT2",
      transactiontype: "c2b-pay-bill-debit",
      billreference: each.accountReference,
      amount: each.amount.toFixed(2),
      organizationname: "Lab",
    }));
    const head = { ResponseRefID: newId(world) };
    if (rows.length === 0) {
      // An empty list, in each of the three ways that were observed.
      const forms = [
        { ResponseMessage: "[[]]" },
        { ResponseMessage: "No records", Response: [[]] },
        { ResponseMessage: "" },
      ];
      return answer({ ...head, ResponseCode: "1001", ...forms[emptyLists++ % forms.length] });
    }
    const half = Math.ceil(rows.length / 2);
    const Response = [rows.slice(0, half), rows.slice(half)];
    return answer({ ...head, ResponseCode: "1000", ResponseMessage: "Success", Response });
  };
}

/** East Africa Time, with two-digit hours. */
function readText(value: unknown): number | null {
  const text = String(value);
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)) return null;
  return Date.parse(`${text.replace(" ", "T")}+03:00`);
}
