import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { hubPath } from "../../hub/hub-path.ts";
import "../../components/overlay/copy-button.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { type Hosting, setHosting } from "../../data/fleet/sites.ts";
import { say } from "../../strings/strings.ts";

/** Where a site's agent runs: on its router or beside the hub. A router with a hosted agent needs the data shown here. */
class HostingCard extends appElement({
  siteId: property(""),
  /** The site's name. */
  name: property(""),
  /** The RADIUS secret, while the card shows it. */
  secret: state(""),
}) {
  readonly #hosting = new ReadController<Hosting>(this, {
    path: () => hubPath("/api/v1/sites/{siteId}/hosting", { siteId: this.siteId }),
    topics: ["site"],
  });
  readonly #actions = new PageActions(this, () => this.#hosting.reload());

  override render() {
    const mayChange = this.may("sites.manage");
    return this.#hosting.render(
      (hosting) => html`<section class="card pad">
        <h2>${say("hosting")}</h2>
        <p class="below">
          <span class="badge ${hosting.hostRevoked ? "bad" : ""}">${say(hosting.hosted ? "besideTheHub" : "onItsRouter")}</span>
        </p>
        ${hosting.hostRevoked ? html`<p class="notice bad below">${say("hostWasRevoked")}</p>` : nothing}
        ${hosting.hosted ? this.#facts(hosting) : html`<p class="soft below">${say("hostingWhy")}</p>`}
        ${this.secret === "" ? nothing : this.#secret()} ${mayChange ? this.#buttons(hosting) : nothing}
      </section>`,
    );
  }

  #facts(hosting: Hosting) {
    const mono = (text: string | null) => (text === null ? null : html`<span class="mono">${text}</span>`);
    return facts([
      [say("host"), hosting.hostName],
      [say("routerInTunnel"), mono(hosting.routerAddress)],
      [say("radiusServer"), mono(hosting.radiusServer)],
    ]);
  }

  #secret() {
    return html`<div class="below">
      <p><strong>${say("radiusSecret")}</strong> <span class="soft">${say("radiusSecretWhy")}</span></p>
      <pre class="mono secret below">${this.secret}</pre>
      <p class="row below">
        <copy-button text=${this.secret} label=${say("copy")}></copy-button>
        <button class="quiet" @click=${() => (this.secret = "")}>${say("close")}</button>
      </p>
    </div>`;
  }

  #buttons({ hosted, hostRevoked }: Hosting) {
    const { name } = this;
    if (!hosted)
      return html`<p class="row below">
        <button @click=${() => this.#confirm("hostSure", "hostIt", true)}>${say("hostIt")}</button>
      </p>`;
    return html`<p class="row below">
      ${
        hostRevoked
          ? html`<button class="primary" @click=${() => this.#set(true)}>${say("moveHost")}</button>`
          : this.secret === ""
            ? html`<button aria-label="${say("showRadiusSecret")}: ${name}" @click=${() => this.#set(true)}>${say("showRadiusSecret")}</button>`
            : nothing
      }
      <button class="quiet danger" @click=${() => this.#confirm("unhostSure", "unhostIt", false)}>${say("unhostIt")}</button>
    </p>`;
  }

  async #confirm(question: "hostSure" | "unhostSure", yes: "hostIt" | "unhostIt", hosted: boolean): Promise<void> {
    if (await ask(say(question, { name: this.name }), say(yes))) await this.#set(hosted);
  }

  /** For a site that is hosted already the answer contains the secret again, and nothing changes. */
  async #set(hosted: boolean): Promise<void> {
    await this.#actions.run(
      "hosting",
      () => setHosting(this.siteId, hosted),
      ({ radiusSecret }) => {
        this.secret = radiusSecret ?? "";
        return "";
      },
    );
  }
}
customElements.define("hosting-card", HostingCard);
