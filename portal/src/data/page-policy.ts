import type { Plan } from "@karibu/protocol/plan";
import type { PortalState, PurchaseView } from "@karibu/protocol/portal-api";

/** Where the customer wants to be. `auto`: the state decides. */
export type Route = { readonly name: "auto" | "shop" | "claim" } | { readonly name: "buy"; readonly planId: string };

export type Page =
  | { readonly name: "opening" | "no-contact" | "home" | "waiting" | "online" | "claim" }
  | { readonly name: "buy"; readonly plan: Plan };

/** Decides which page to show. A running purchase goes before other pages. */
export function pageOf(facts: {
  contact: "opening" | "here" | "lost";
  portal: PortalState | null;
  route: Route;
  purchase: PurchaseView | null;
  isConnecting: boolean;
}): Page {
  const { portal, route } = facts;
  if (portal === null) return { name: facts.contact === "lost" ? "no-contact" : "opening" };
  if (facts.isConnecting) return { name: "waiting" };
  if (route.name === "claim" && facts.purchase?.state !== "paid") return { name: "claim" };
  if (facts.purchase !== null && (portal.online === null || route.name === "auto")) return { name: "waiting" };
  if (route.name === "buy" && portal.buying === "open") {
    const plan = portal.plans.find((one) => one.planId === route.planId);
    if (plan !== undefined) return { name: "buy", plan };
  }
  if (portal.online !== null && route.name === "auto") return { name: "online" };
  return { name: "home" };
}
