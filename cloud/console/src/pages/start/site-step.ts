import { html, type TemplateResult } from "lit";
import { appElement } from "../../components/app-element.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { lineOf, makeLine, setUpHref } from "../../data/fleet/set-up.ts";
import { addSite, listSites, type Site } from "../../data/fleet/sites.ts";
import type { Page } from "../../hub/api.ts";
import { say } from "../../strings/strings.ts";
import "../set-up/line-card.ts";

/** The first site: its name, the line to paste, and whether its router has come. */
class SiteStep extends appElement() {
  readonly #sites = new ReadController<Page<Site>>(this, {
    read: () => listSites({ limit: 5, cursor: null }),
    topics: ["site", "set-up"],
  });

  readonly #actions = new PageActions(this);

  override render() {
    return html`${this.#sites.render(({ items }) => (items.length === 0 ? this.#form() : html`${items.map(siteLine)}`))}`;
  }

  #form(): TemplateResult {
    return formCard({
      fields: [{ name: "name", label: say("name"), required: true }],
      submitText: say("addSite"),
      submit: async ({ name }) => {
        const { site } = await addSite({ name });
        // The site stands, and its form is gone: what keeps the line away is told beside it.
        await this.#actions.run(
          "line",
          () => makeLine(site.siteId),
          () => "",
        );
      },
      done: () => {
        void this.#sites.reload();
        this.dispatchEvent(new CustomEvent("done", { bubbles: true, composed: true, detail: { stays: "site" } }));
      },
    });
  }
}
customElements.define("site-step", SiteStep);

function siteLine({ siteId, name, state }: Site): TemplateResult {
  const line = lineOf(siteId, Date.now());
  const isLive = state === "online";
  return html`<p class="row">
      <span class="badge ${isLive ? "good" : "warn"}">${say(isLive ? "guideSiteLive" : "guideSiteWaits", { name })}</span>
      <a href=${setUpHref(siteId)}>${say(line === null && !isLive ? "setUpRouter" : "guideWatch")}</a>
    </p>
    ${line === null || isLive ? "" : html`<line-card .line=${line.line} .expiresAtMs=${line.expiresAtMs}></line-card>`}`;
}
