/** A statement of the portal's layout that is as long as a CSV may be: 8 MB. */

export type LongStatement = "refused at its last line" | "nothing to book" | "1,000 payments to book";

const lengthMax = 7_900_000;
const head =
  "Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,Withdrawn,Balance,Balance Confirmed,Reason Type,Other Party Info,Linked Transaction ID,A/C No.,Currency\n";

/** The other rows were declined by M-Pesa: they are read and compared like any, and move nothing. */
export function longStatement(sort: LongStatement): string {
  const paying = sort === "1,000 payments to book" ? 1000 : 0;
  let balance = 0;
  let text = head;
  for (let at = 0; text.length < lengthMax; at++) {
    const receipt = `U${(36 ** 8 + at).toString(36).toUpperCase()}`;
    const seconds = Math.floor(at / 2);
    const clock = [3600, 60, 1].map((unit) =>
      String(Math.floor(seconds / unit) % (unit === 3600 ? 24 : 60)).padStart(2, "0"),
    );
    const time = `20-11-2026 ${clock.join(":")}`;
    const isPaid = at < paying;
    if (isPaid) balance += 20;
    const payer = "254712***126 - JANE WANJIRU";
    text += `${receipt},${time},${time},Pay Bill Online from ${payer},${isPaid ? "Completed" : "Declined"},20.00,,${balance}.00,true,Pay Utility,${payer},,K7Q2,KES\n`;
  }
  return sort === "refused at its last line"
    ? `${text}UZZZZZZZZZ,soon,soon,Pay Bill,Completed,20.00,,0,true,,,,X,KES\n`
    : text;
}
