import { html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { tile, tileStyles } from "../../components/tiles.ts";
import { type Figures, orderAtRouter, type Service } from "../../data/fleet/routers.ts";
import { byteSize, dateTime, duration } from "../../strings/format.ts";
import { say, word, wordOr } from "../../strings/strings.ts";
import { order } from "./orders/order.ts";
import { readingNotice } from "./reading-notice.ts";
import "./router-history.ts";
import "./router-proofs.ts";
import "../sites/router-test-card.ts";
import { routerList } from "./router-list.ts";

/** A router at a glance: load, memory and disk now, what they were, its services. */
class RouterOverview extends appElement({
  siteId: property(""),
  figures: property<Figures | null>(null),
  /** Those that were read while this page is open, oldest first: the curve begins before the site's first hour is told. */
  seen: property<readonly Figures[]>([]),
  isNaming: state(false),
}) {
  readonly #actions = new PageActions(this);

  static override styles = [sharedStyles, tileStyles];

  override render() {
    const { figures } = this;
    if (figures === null) return nothing;
    return html`<div class="panel">${readingNotice(figures.reading, this.app.zone)}</div>
      ${tiles(figures, this.seen)}
      <router-history .app=${this.app} .siteId=${this.siteId}></router-history>
      <section class="card pad panel">
        ${facts([
          [say("routerName"), figures.identity],
          [say("board"), figures.board],
          [say("routerVersion"), figures.version],
          [say("architecture"), figures.architecture],
          [say("lastSeen"), figures.lastHeardAtMs === null ? null : dateTime(figures.lastHeardAtMs, this.app.zone)],
          figures.badBlocksPercent === null ? null : [say("badBlocks"), `${figures.badBlocksPercent} %`],
          figures.writtenSectors === null ? null : [say("writtenSectors"), figures.writtenSectors.toLocaleString("en")],
          ...figures.health.map(
            ({ name, value, type }) => [healthName(name), `${value} ${type === "C" ? "°C" : type}`] as const,
          ),
        ])}
        ${this.#buttons(figures)} ${this.isNaming ? this.#nameForm(figures) : nothing}
      </section>
      ${routerList<Service>(this, {
        list: "services",
        title: say("services"),
        emptyText: say("noServices"),
        columns: [
          {
            label: say("name"),
            cell: (row) => html`<strong>${word("service", row.kind)}</strong> ${row.name ?? nothing}`,
          },
          { label: say("interface"), cell: (row) => row.interface ?? say("none") },
          {
            label: say("state"),
            cell: (row) =>
              html`<span class="badge ${row.isDisabled ? "" : row.isInvalid ? "bad" : "good"}"
                >${say(row.isDisabled ? "switchedOff" : row.isInvalid ? "inactive" : "active")}</span
              >`,
          },
        ],
        buttons: this.may("routers.network") && ((row) => this.#switch(row)),
      })}
      ${this.may("sites.read") ? html`<div class="below"><router-test-card .app=${this.app} .siteId=${this.siteId}></router-test-card></div>` : nothing}
      <router-proofs .app=${this.app} .siteId=${this.siteId}></router-proofs>`;
  }

  #switch({ kind, isDisabled }: Service) {
    return html`<button
      @click=${() => order(this.#actions, this.siteId, { kind: "switch-service", service: kind, enabled: isDisabled })}
    >
      ${say(isDisabled ? "switchOn" : "switchOff")}
    </button>`;
  }

  #buttons({ state }: Figures) {
    if (state === "pending" || state === "revoked") return nothing;
    return html`<p class="row below">
      ${
        this.may("routers.restart")
          ? html`<button class="danger" @click=${() => order(this.#actions, this.siteId, { kind: "reboot" })}>
              ${say("restart")}
            </button>`
          : nothing
      }
      ${
        this.may("routers.network")
          ? html`<button aria-expanded=${this.isNaming} @click=${() => (this.isNaming = !this.isNaming)}>
              ${say("rename")}
            </button>`
          : nothing
      }
    </p>`;
  }

  #nameForm({ identity }: Figures) {
    return formCard({
      fields: [{ name: "identity", label: say("routerName"), required: true, value: identity }],
      submitText: say("doIt"),
      submit: ({ identity: name }: Values) =>
        orderAtRouter(this.siteId, { kind: "set-identity", identity: String(name) }),
      done: () => {
        this.isNaming = false;
        this.#actions.notify(say("orderTaken"));
      },
      cancel: () => (this.isNaming = false),
    });
  }
}
customElements.define("router-overview", RouterOverview);

/** The board's own name for a part: those that have words, and a number behind them. Another one is shown as it is. */
function healthName(name: string): string {
  const [, front = name, number = "", rest = ""] = /^([a-z-]*?)(\d*)(-[a-z-]+)?$/.exec(name) ?? [];
  const part = `${front}${rest}`;
  if (wordOr("boardHealth", part, "") === "") return name;
  return `${word("boardHealth", part)}${number === "" ? "" : ` ${number}`}`;
}

/** Since the site connected, or since somebody looks. */
const curveOf = (seen: readonly Figures[], pick: (figures: Figures) => number | null) =>
  seen.length < 2 ? {} : { curve: seen.map(pick) };

function tiles(figures: Figures, seen: readonly Figures[]) {
  const { cpuLoadPercent, cpuCount, freeMemoryBytes, totalMemoryBytes, freeDiskBytes, totalDiskBytes } = figures;
  const bytes = (count: number | null) => (count === null ? say("none") : byteSize(count));
  const share = (free: number | null, total: number | null) => free !== null && total !== null && free < total / 10;
  return html`<div class="tiles">
    ${tile(
      say("cpuLoad"),
      cpuLoadPercent === null ? say("none") : `${cpuLoadPercent} %`,
      cpuCount === null ? "" : say("cpuCores", { count: cpuCount }),
      { attention: (cpuLoadPercent ?? 0) >= 90, ...curveOf(seen, (one) => one.cpuLoadPercent) },
    )}
    ${tile(
      say("freeMemory"),
      bytes(freeMemoryBytes),
      totalMemoryBytes === null ? "" : say("ofTotal", { total: byteSize(totalMemoryBytes) }),
      {
        attention: share(freeMemoryBytes, totalMemoryBytes),
        ...curveOf(seen, (one) => one.freeMemoryBytes),
      },
    )}
    ${tile(
      say("freeDisk"),
      bytes(freeDiskBytes),
      totalDiskBytes === null ? "" : say("ofTotal", { total: byteSize(totalDiskBytes) }),
      { attention: share(freeDiskBytes, totalDiskBytes) },
    )}
    ${tile(say("uptime"), figures.uptimeSeconds === null ? say("none") : duration(figures.uptimeSeconds))}
  </div>`;
}
