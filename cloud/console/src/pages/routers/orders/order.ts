/** Orders from the pages of a router: each says what it does before it is done, and the strip above the tabs tells what came of it. */
import { ask } from "../../../components/overlay/ask-dialog.ts";
import type { PageActions } from "../../../components/page-actions.ts";
import { orderAtRouter, orderManyAtRouter, type RouterAction } from "../../../data/fleet/routers.ts";
import { say } from "../../../strings/strings.ts";
import { actionNote, actionWords } from "./action-words.ts";

const takesAway = (action: RouterAction) =>
  action.kind.startsWith("remove-") ||
  action.kind === "reboot" ||
  ("disabled" in action && action.disabled === true) ||
  ("enabled" in action && !action.enabled) ||
  ("blocked" in action && action.blocked === true);

/** Resolves to whether it was ordered. */
export async function order(actions: PageActions, siteId: string, action: RouterAction): Promise<boolean> {
  const words = actionWords(action);
  const isSure = await ask(`${words}?`, say("doIt"), { danger: takesAway(action), note: actionNote(action) });
  if (!isSure) return false;
  return actions.run(
    `order ${JSON.stringify(action)}`,
    () => orderAtRouter(siteId, action),
    () => say("orderTaken"),
  );
}

/** Several of one kind, asked about once. */
export async function orderMany(actions: PageActions, siteId: string, each: readonly RouterAction[]): Promise<boolean> {
  const [first] = each;
  if (first === undefined) return false;
  const words = `${actionWords(first)}${each.length === 1 ? "" : ` +${each.length - 1}`}`;
  const isSure = await ask(`${words}?`, say("doIt"), { danger: takesAway(first), note: actionNote(first) });
  if (!isSure) return false;
  return actions.run(
    `orders ${JSON.stringify(each)}`,
    () => orderManyAtRouter(siteId, each),
    () => say("orderTaken"),
  );
}
