/** A customer's credit with the provider. The money is there when the purchase is recorded: no calls, no keys. */
import { immediateChannel } from "../immediate-payment.ts";

export const credit = immediateChannel("credit", { way: "balance", wallet: "Credit", title: "Customer credit" });
