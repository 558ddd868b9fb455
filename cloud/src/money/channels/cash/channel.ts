/** Cash that the provider's staff take. The money is there when the purchase is recorded: no calls, no keys. */
import { immediateChannel } from "../immediate-payment.ts";

export const cash = immediateChannel("cash", { way: "cash", wallet: "Cash", title: "Cash" });
