import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Values } from "../../components/action-form.ts";
import "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import "../../components/overlay/copy-button.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import {
  checkDomain,
  type Domain,
  type DomainCheck,
  type Domains,
  domainsPath,
  enterDomain,
  removeDomain,
} from "./domains.ts";

const tones = { waiting: "warn", proved: "good", lost: "bad", shut: "bad" } as const;
const domainsMax = 3;

/** The provider's own domains: what to enter at the seller of the name, whether it was found, and what is wrong. */
class DomainsCard extends appElement({
  /** What the last check of this page found, by domain. */
  found: state<Readonly<Record<string, DomainCheck>>>({}),
  /** Makes the form anew when a domain was added. */
  added: state(0),
}) {
  readonly #domains = new ReadController<Domains>(this, { path: () => domainsPath, topics: [] });
  readonly #actions = new PageActions(this, () => this.#domains.reload());

  override render() {
    return html`<h2 class="between">${say("ownDomains")}</h2>
      ${this.#domains.render(
        ({ items, pointTo }) => html`<section class="card pad panel">
          <p class="soft panel">${say("ownDomainsWhy")}</p>
          ${items.map((domain) => this.#domain(domain, pointTo))}
          ${
            this.may("settings.manage") && items.length < domainsMax
              ? keyed(
                  this.added,
                  html`<action-form
                    .fields=${[{ name: "host", label: say("ownDomain"), required: true, hint: say("ownDomainHint") }]}
                    submitText=${say("addDomain")}
                    .submit=${(values: Values) => enterDomain(String(values.host))}
                    @done=${this.#entered}
                  ></action-form>`,
                )
              : nothing
          }
        </section>`,
      )}`;
  }

  #domain(domain: Domain, pointTo: string) {
    const { host, state, record, shutsAtMs, provedAtMs } = domain;
    const { zone } = this.app;
    return html`<div class="panel">
      <h3 class="row">
        <span>${host}</span><span class="badge ${tones[state]}">${word("domainState", state)}</span>
      </h3>
      ${shutsAtMs === null ? nothing : html`<p class="below">${say("domainShuts", { when: dateTime(shutsAtMs, zone) })}</p>`}
      ${facts([
        [say("domainRecord"), html`<code>${record.name}</code>`],
        [
          say("domainRecordValue"),
          html`<span class="row"><code>${record.value}</code><copy-button text=${record.value}></copy-button></span>`,
        ],
        [say("domainPointTo"), html`<code>${pointTo}</code>`],
        provedAtMs === null ? null : [say("domainProvedAt"), dateTime(provedAtMs, zone)],
      ])}
      ${this.#finding(this.found[domain.domainId])}
      ${
        this.may("settings.manage")
          ? html`<p class="row below">
              <button ?disabled=${this.#actions.busy !== ""} @click=${() => this.#check(domain)}>${say("checkNow")}</button>
              <button class="quiet danger" ?disabled=${this.#actions.busy !== ""} @click=${() => this.#remove(domain)}>
                ${say("remove")}
              </button>
            </p>`
          : nothing
      }
    </div>`;
  }

  #finding(check: DomainCheck | undefined) {
    if (check === undefined) return nothing;
    return html`<div class="below" role="status">
      <p>${word("domainFound", check.found)}</p>
      <p>${word("domainLeadsHere", check.leadsHere)}</p>
    </div>`;
  }

  readonly #entered = async (event: Event) => {
    event.stopPropagation();
    this.added++;
    await this.#domains.reload();
  };

  #check({ domainId }: Domain) {
    return this.#actions.run(
      `check ${domainId}`,
      () => checkDomain(domainId),
      (check) => {
        this.found = { ...this.found, [domainId]: check };
        return "";
      },
    );
  }

  async #remove({ domainId, host }: Domain) {
    if (!(await ask(say("domainRemoveSure", { host }), say("remove"), { danger: true, thing: host }))) return;
    await this.#actions.run(`remove ${domainId}`, () => removeDomain(domainId));
  }
}
customElements.define("domains-card", DomainsCard);
