import { css, html, nothing } from "lit";
import { appElement } from "../../../components/app-element.ts";
import { property } from "../../../components/element-with.ts";
import { ReadController } from "../../../components/read-controller.ts";
import { sharedStyles } from "../../../components/shared-styles.ts";
import { listOrders, type Order } from "../../../data/fleet/routers.ts";
import { timeOfDay } from "../../../strings/format.ts";
import { say } from "../../../strings/strings.ts";
import { actionWords } from "./action-words.ts";
import { orderBadge, orderWhy } from "./order-badge.ts";

const shownMs = 3 * 60_000;
const shownMax = 4;

/** What was ordered at this router a moment ago: it waits, then it is done, or the router says why not. */
class OrderStrip extends appElement({ siteId: property("") }) {
  readonly #orders = new ReadController<readonly Order[]>(this, {
    read: async () => (await listOrders(this.siteId, { cursor: null, limit: shownMax })).items,
    topics: ["router"],
  });

  static override styles = [
    sharedStyles,
    css`
      section {
        display: grid;
        gap: var(--space-2);
      }
    `,
  ];

  override render() {
    const sinceMs = Date.now() - shownMs;
    const shown = (this.#orders.value ?? []).filter(
      ({ answeredAtMs, place }) => place !== null || (answeredAtMs ?? 0) > sinceMs,
    );
    if (shown.length === 0) return nothing;
    return html`<section class="card pad panel" aria-live="polite" aria-label=${say("orders")}>
      ${shown.map(
        (order) => html`<p class="row">
          ${orderBadge(order)} <strong>${actionWords({ ...order.action, kind: order.kind })}</strong>
          ${order.place === null ? orderWhy(order) : html`<span class="soft">${say("expires")}: ${timeOfDay(order.expiresAtMs, this.app.zone)}</span>`}
        </p>`,
      )}
    </section>`;
  }
}
customElements.define("order-strip", OrderStrip);
