import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { say } from "../../strings/strings.ts";
import { type OutageWish, outageWishPath, setOutageWish } from "./outages.ts";

/** Whether one customer wishes to be told of outages. */
class OutageWishCard extends appElement({ customerId: property("") }) {
  readonly #wish = new ReadController<OutageWish>(this, { path: () => outageWishPath(this.customerId) });
  readonly #actions = new PageActions(this, () => this.#wish.reload());

  override render() {
    return this.#wish.render(({ wished, how }) => {
      const by =
        how === null ? "" : ` (${say("outageWishBy", { how: how === "customer" ? say("wishByCustomer") : how })})`;
      return html`<section class="card pad below panel">
        ${facts([[say("outageWish"), `${say(wished ? "outageWishOn" : "outageWishOff")}${by}`]])}
        ${
          this.may("customers.manage")
            ? html`<p class="row below">
                <button
                  ?disabled=${this.#actions.busy !== ""}
                  @click=${() => this.#actions.run("wish", () => setOutageWish(this.customerId, !wished))}
                >
                  ${say(wished ? "outageWishSwitchOff" : "outageWishSwitchOn")}
                </button>
              </p>`
            : nothing
        }
      </section>`;
    });
  }
}
customElements.define("outage-wish-card", OutageWishCard);
