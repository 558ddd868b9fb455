import { html, nothing, type TemplateResult } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { PageActions } from "../../components/page-actions.ts";
import { type Connections, readConnections } from "../../data/fleet/routers.ts";
import { dateTimeSeconds } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "../../components/table/data-table.ts";

type Counted = NonNullable<Connections["connections"]>;
type Host = NonNullable<Counted["hosts"]>[number];

/** Counted when somebody presses the button: a busy router is not asked for nothing. */
class RouterConnections extends appElement({ siteId: property(""), read: state<Connections | null>(null) }) {
  readonly #actions = new PageActions(this);

  override render() {
    return html`<section class="card pad panel" aria-label=${say("routerConnections")}>
      <h2>${say("routerConnections")}</h2>
      <p class="soft">${say("connectionsWhat")}</p>
      <p class="row below">
        <button ?disabled=${this.#actions.busy !== ""} @click=${this.#count}>
          ${say(this.#actions.busy === "" ? "connectionsCount" : "working")}
        </button>
      </p>
      ${this.read === null ? nothing : this.#outcome(this.read)}
    </section>`;
  }

  readonly #count = () =>
    this.#actions.run(
      "count",
      async () => {
        this.read = await readConnections(this.siteId);
      },
      () => "",
    );

  #outcome({ why, connections }: Connections): TemplateResult {
    if (connections === null)
      return html`<p class="notice bad" role="status">${why === null ? nothing : word("reading", why)}</p>`;
    const { readAtMs, total, most, hosts } = connections;
    return html`<div role="status">
        ${facts([
          [say("connectionsNow"), total.toLocaleString("en")],
          most === null ? null : [say("connectionsMost"), most.toLocaleString("en")],
          [say("time"), dateTimeSeconds(readAtMs, this.app.zone)],
        ])}
      </div>
      ${
        hosts === null
          ? html`<p class="soft">${say("connectionsTooMany")}</p>`
          : html`<data-table
              caption=${say("connectionsHosts")}
              .columns=${[
                {
                  label: say("address"),
                  lead: true,
                  cell: (row: Host) => html`<span class="mono">${row.address}</span>`,
                },
                {
                  label: say("routerConnections"),
                  numeric: true,
                  cell: (row: Host) => row.connections.toLocaleString("en"),
                },
              ]}
              .rows=${hosts}
            ></data-table>`
      }`;
  }
}
customElements.define("router-connections", RouterConnections);
