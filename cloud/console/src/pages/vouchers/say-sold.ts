/** That a code was sold for cash, before anybody used it: somebody says so, and is asked whether it is meant. */
import { ask } from "../../components/overlay/ask-dialog.ts";
import type { PageActions } from "../../components/page-actions.ts";
import { declareSold, type Voucher } from "../../data/catalogue/vouchers.ts";
import { money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { grouped } from "./print-sheet.ts";

export async function saySold(actions: PageActions, voucher: Voucher): Promise<void> {
  const { voucherId, code, priceCents, currency } = voucher;
  const sure = say("codeWasSoldSure", { code: grouped(code), amount: money(priceCents, currency) });
  if (!(await ask(sure, say("codeWasSold")))) return;
  await actions.run(
    "declare",
    (key) => declareSold(voucherId, key),
    ({ amountCents }) => say("codeIsSold", { amount: money(amountCents, currency) }),
  );
}
