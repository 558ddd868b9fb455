/** The answer that the portal shows: it combines everything that the site knows about a phone. Pure. */
import type { ProviderBody, SiteBody } from "@karibu/protocol/feed";
import type { Plan } from "@karibu/protocol/plan";
import type { Available, Online, PortalState } from "@karibu/protocol/portal-api";
import { cents } from "@karibu/protocol/quantities";
import type { DeviceView } from "../../access/portal-access.ts";
import type { OfferHere } from "../../grants/offers-here.ts";
import type { HubLink } from "../../ground/hub-link.ts";
import { codeOfReject } from "../http/problems.ts";
import { ownLanguage } from "../page/own-language.ts";

export interface PortalStateInput {
  readonly provider: ProviderBody | undefined;
  readonly site: SiteBody | undefined;
  /** The provider's words and notices. */
  readonly brand: Pick<PortalState, "words" | "announcements">;
  /** On sale here and now. */
  readonly plans: Iterable<Plan>;
  /** What a plan is sold for here and now. */
  readonly offerOf: (plan: Plan) => OfferHere;
  readonly hub: HubLink["state"];
  readonly device: { readonly mac: string | null; readonly address: string | null };
  readonly view: {
    readonly online: Online | null;
    /** What it is online with. */
    readonly onlineGrantId: string | null;
    readonly available: readonly Available[];
    readonly held: PortalState["held"];
    readonly ended: DeviceView["ended"];
    readonly codes?: DeviceView["codes"];
  } & Pick<DeviceView, "onlineDevices" | "moreAtNextLogIn">;
  readonly purchase: PortalState["purchase"];
  /** What this device may try; null: nothing. */
  readonly trial: PortalState["trial"] | null;
}

export function portalState(input: PortalStateInput): PortalState {
  return {
    site: {
      name: input.site?.name ?? "",
      providerName: input.provider?.name ?? "",
      currency: input.provider?.currency ?? "KES",
      locale: ownLanguage(input.provider),
      supportPhone: input.provider?.supportPhone ?? null,
      ...(input.provider === undefined ? {} : { utcOffsetMinutes: input.provider.utcOffsetMinutes }),
    },
    ...input.brand,
    hub: input.hub,
    buying: buyingState(input.hub, input.site),
    paysBy: input.site?.paysBy ?? "phone",
    ...(input.site?.channels === undefined ? {} : { channels: input.site.channels }),
    plans: plansForSale(input.plans, input.offerOf),
    ...(input.trial == null ? {} : { trial: input.trial }),
    device: input.device,
    online: onlineOf(input.view),
    available: [...input.view.available],
    held: input.view.held ?? null,
    ended: input.view.ended === null ? null : { ...input.view.ended, reason: codeOfReject(input.view.ended.reason) },
    ...(input.view.codes === undefined || input.view.codes.length === 0
      ? {}
      : { codes: input.view.codes.slice(0, codesShownMax) }),
    purchase: input.purchase,
  };
}

const codesShownMax = 40;

function onlineOf({
  online,
  onlineGrantId,
  onlineDevices,
  moreAtNextLogIn,
}: Pick<DeviceView, "online" | "onlineGrantId" | "onlineDevices" | "moreAtNextLogIn">): PortalState["online"] {
  if (online === null || onlineGrantId === null) return online;
  return {
    ...online,
    grantId: onlineGrantId,
    ...(onlineDevices === undefined ? {} : { devices: onlineDevices }),
    ...(moreAtNextLogIn === undefined ? {} : { moreAtNextLogIn }),
  };
}

/** Buying needs a channel of the provider and, at this moment, the hub. */
export function buyingState(hub: HubLink["state"], site: SiteBody | undefined): PortalState["buying"] {
  if (hub === "none" || site === undefined || !site.sellsOnline) return "not-offered";
  return hub === "connected" ? "open" : "hub-away";
}

/** At the prices of this place and hour. Cheapest first, as price lists are read. */
function plansForSale(plans: Iterable<Plan>, offerOf: PortalStateInput["offerOf"]): PortalState["plans"] {
  return [...plans]
    .map((plan) => {
      const { priceCents, currency, terms, usual, promotion } = offerOf(plan);
      const { planId, name, active } = plan;
      const sold = { planId, name, active, terms, priceCents: cents(priceCents), currency };
      if (promotion === null) return sold;
      const usualCents = usual.priceCents === priceCents ? {} : { usualCents: cents(usual.priceCents) };
      return { ...sold, ...usualCents, promotion: promotion.name };
    })
    .sort((a, b) => a.priceCents - b.priceCents || a.name.localeCompare(b.name) || (a.planId < b.planId ? -1 : 1));
}
