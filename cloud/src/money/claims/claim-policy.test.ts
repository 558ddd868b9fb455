import { expect, test } from "vitest";
import { receiptsIn } from "./claim-policy.ts";

const confirmed = "UKLABZDRQF Confirmed. Ksh20.00 sent to KARIBU for account BCDF2345 on 21/11/26.";

test.each([
  // A word alone may be of letters alone: M-Pesa's codes may be.
  ["TJK4XY12AB", ["TJK4XY12AB"]],
  ["  ukl51zdr4f. ", ["UKL51ZDR4F"]],
  ["UKLABZDRQF", ["UKLABZDRQF"]],
  ["0712345678", []],
  ["1234567890", []],
  // In a message, letters alone count where M-Pesa puts its code.
  [confirmed, ["UKLABZDRQF"]],
  ["Ujumbe wako: UKLABZDRQF Imethibitishwa. Umelipa Ksh20.00", ["UKLABZDRQF"]],
  ["I got this: UKLABZDRQF Confirmed. Ksh20.00 sent", ["UKLABZDRQF"]],
  ["uklabzdrqf and nothing else", ["UKLABZDRQF"]],
  ["I have paid, UKLABZDRQF", []],
  ["I have paid, UKL51ZDR4F", ["UKL51ZDR4F"]],
  ["UKL51ZDR4F UKL51ZDR4F UKL51ZDR4F, or else TJK4XY12AB", ["UKL51ZDR4F", "TJK4XY12AB"]],
  // Three of them: each is looked up.
  ["UKL51ZDR4A UKL51ZDR4B UKL51ZDR4C UKL51ZDR4D", ["UKL51ZDR4A", "UKL51ZDR4B", "UKL51ZDR4C"]],
  ["No connection? Open the page again", []],
  ["my withdrawal of 50", []],
  ["hello there", []],
  // Of a message of ours only the receipt counts, whatever the names in it look like.
  [
    'WIFI4NGONG: you paid KES 50 for 1 hour. Receipt UKL51ZDR4F. If you lose the connection, open the Wi-Fi page and tap "I already paid".',
    ["UKL51ZDR4F"],
  ],
  [
    'STARLIGHTS: you paid KES 50 for 1 hour. Receipt UKLABZDRQF. If you lose the connection, open the Wi-Fi page and tap "I already paid".',
    ["UKLABZDRQF"],
  ],
  [
    'Starlights: umelipa KES 50 kwa WEEKLY1GBX. Risiti UKL51ZDR4F. Ukipoteza mtandao, fungua ukurasa wa Wi-Fi na ubonyeze "Nimeshalipa".',
    ["UKL51ZDR4F"],
  ],
  ["Starlights: votre code pour WEEKLY1GBX: BCDFGH2345. Connectez-vous au Wi-Fi et tapez-le sur sa page.", []],
  [
    'Starlights: you paid KES 50 for WEEKLY1GBX. If you lose the connection, open the Wi-Fi page and tap "I already paid".',
    [],
  ],
])("the receipts in %j", (typed, receipts) => {
  expect(receiptsIn(typed)).toEqual(receipts);
});
