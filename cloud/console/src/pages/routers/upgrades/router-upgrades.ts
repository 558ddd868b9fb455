import { html, nothing } from "lit";
import { appElement } from "../../../components/app-element.ts";
import { state } from "../../../components/element-with.ts";
import { PageActions } from "../../../components/page-actions.ts";
import { rawText } from "../../../components/raw-text.ts";
import { ReadController } from "../../../components/read-controller.ts";
import { readUpgrades, switchUpgrade, type Upgrade, type Upgrades } from "../../../data/fleet/router-health.ts";
import { dateTime } from "../../../strings/format.ts";
import { say, word, wordOr } from "../../../strings/strings.ts";
import { timeText } from "./upgrade-form.ts";
import "../../../components/states/job-progress.ts";
import "../../../components/table/data-table.ts";

type Site = Upgrade["sites"][number];
const tones: Readonly<Record<Site["state"], string>> = {
  waiting: "",
  "backing-up": "warn",
  ordered: "warn",
  rebooting: "warn",
  watching: "warn",
  done: "good",
  failed: "bad",
  "left-out": "",
};
const stateTones: Readonly<Record<Upgrade["state"], string>> = {
  running: "warn",
  paused: "bad",
  stopped: "",
  done: "good",
};

/** Upgrades of RouterOS: how far each is, site by site; stopped, or gone on with after a failure. */
class RouterUpgrades extends appElement({ opened: state("") }) {
  readonly #upgrades = new ReadController<Upgrades>(this, { read: readUpgrades, topics: ["router"] });
  readonly #actions = new PageActions(this, () => this.#upgrades.reload());

  override render() {
    return this.#upgrades.render(
      ({ upgrades }) => html`
        <p class="soft panel">${say("upgradesIntro")}</p>
        ${upgrades.length === 0 ? html`<p class="card pad panel">${say("noUpgrades")}</p>` : upgrades.map((each) => this.#card(each))}
      `,
    );
  }

  #card(upgrade: Upgrade) {
    const { upgradeId, version, channel, state: is, sites, window: night, healthyMinutes } = upgrade;
    const count = (...states: Site["state"][]) => sites.filter((site) => states.includes(site.state)).length;
    return html`<section class="card pad panel">
      <div class="head">
        <h2>RouterOS ${version} <span class="soft">${word("upgradeChannel", channel)}</span></h2>
        <span class="badge ${stateTones[is]}">${word("bulkState", is)}</span>
      </div>
      <job-progress
        text=${say("bulkProgress", { done: count("done"), total: sites.length })}
        .done=${count("done", "failed", "left-out")}
        .failed=${count("failed")}
        .total=${sites.length}
      ></job-progress>
      <p class="soft">
        ${upgrade.madeBy}, ${dateTime(upgrade.madeAtMs, this.app.zone)}.
        ${say("upgradeHealthyFor", { minutes: healthyMinutes })}
        ${night === null ? nothing : say("upgradeWindow", { from: timeText(night.fromMinute), until: timeText(night.untilMinute) })}
      </p>
      <span class="row">
        <button
          class="quiet"
          aria-expanded=${this.opened === upgradeId}
          @click=${() => (this.opened = this.opened === upgradeId ? "" : upgradeId)}
        >
          ${say("showSites")}
        </button>
        ${this.may("routers.network") ? this.#buttons(upgrade) : nothing}
      </span>
      ${
        this.opened === upgradeId
          ? html`<data-table
              caption="RouterOS ${version}"
              emptyText=${say("noSites")}
              .rows=${sites}
              .rowHref=${(row: Site) => `#/routers/${row.siteId}?tab=health`}
              .columns=${[
                { label: say("site"), cell: (row: Site) => html`<strong>${row.siteName ?? row.siteId}</strong>` },
                { label: say("upgradeWas"), cell: (row: Site) => row.fromVersion ?? say("none") },
                {
                  label: say("state"),
                  cell: (row: Site) =>
                    html`<span class="badge ${tones[row.state]}">${word("upgradeStep", row.state)}</span> ${whyOf(row)}`,
                },
              ]}
            ></data-table>`
          : nothing
      }
    </section>`;
  }

  #buttons({ upgradeId, state: is }: Upgrade) {
    if (is !== "running" && is !== "paused") return nothing;
    const button = (verb: "stop" | "resume", text: string) =>
      html`<button
        class=${verb === "stop" ? "danger" : ""}
        @click=${() => this.#actions.run(`${verb} ${upgradeId}`, () => switchUpgrade(upgradeId, verb))}
      >
        ${text}
      </button>`;
    return html`${is === "paused" ? button("resume", say("goOn")) : nothing} ${button("stop", say("stop"))}`;
  }
}
customElements.define("router-upgrades", RouterUpgrades);

/** Our own reasons have words; the router's own stay as they are. */
function whyOf({ why }: Site) {
  if (why === null) return nothing;
  const ours = wordOr("upgradeWhy", why, "");
  return ours === "" ? rawText(why) : ours;
}
