import { html, nothing } from "lit";
import type { Field, Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { type HotspotUser, orderAtRouter, type UserProfile } from "../../data/fleet/routers.ts";
import { byteSize, duration } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { order, orderMany } from "./orders/order.ts";
import { routerList } from "./router-list.ts";

/** Users and profiles that stand on the router itself: nobody bills them. */
class RouterUsers extends appElement({
  siteId: property(""),
  edited: state<HotspotUser | null>(null),
  profile: state<UserProfile | null>(null),
}) {
  readonly #actions = new PageActions(this);
  readonly #ordered = () => this.#actions.notify(say("orderTaken"));

  override render() {
    const mayChange = this.may("routers.manage");
    return html`${this.edited === null ? nothing : this.#userForm(this.edited)}
      ${routerList<HotspotUser>(this, {
        list: "users",
        title: say("localUsers"),
        note: say("localUsersNote"),
        emptyText: say("noLocalUsers"),
        rowKey: ({ id, was }) => `${id} ${was}`,
        add: mayChange && {
          text: say("addLocalUser"),
          fields: userFields(null),
          submitText: say("doIt"),
          submit: (values: Values) =>
            orderAtRouter(this.siteId, {
              kind: "add-hotspot-user",
              name: String(values.name),
              password: String(values.password ?? ""),
              ...userChange(values),
            }),
          done: this.#ordered,
        },
        bulk: mayChange && [
          {
            text: say("resetCounters"),
            run: (rows) => this.#many(rows, (row) => ({ kind: "reset-hotspot-user-counters", ...row })),
          },
          {
            text: say("remove"),
            isDanger: true,
            run: (rows) => this.#many(rows, (row) => ({ kind: "remove-hotspot-user", ...row })),
          },
        ],
        columns: [
          {
            label: say("name"),
            sort: "name",
            cell: (row) =>
              html`<strong>${row.name}</strong> ${
                row.isDisabled
                  ? html`<span class="badge">${say("switchedOff")}</span>`
                  : html`<span class="badge warn">${say("notBilled")}</span>`
              }<br /><span class="soft">${row.comment ?? nothing}</span>`,
          },
          { label: say("profile"), sort: "profile", cell: (row) => row.profile ?? say("none") },
          { label: say("usedSoFar"), numeric: true, cell: usedSoFar },
          { label: say("uptimeLimit"), numeric: true, cell: (row) => inTime(row.limitUptimeSeconds) },
          { label: say("dataLimit"), numeric: true, cell: (row) => inBytes(row.limitBytesTotal) },
          { label: say("mac"), isExtra: true, cell: (row) => row.macAddress ?? say("none") },
        ],
        buttons: mayChange && ((row) => this.#userButtons(row)),
      })}
      ${this.profile === null ? nothing : this.#profileForm(this.profile)}
      ${routerList<UserProfile>(this, {
        list: "profiles",
        title: say("profiles"),
        emptyText: say("noProfiles"),
        add: mayChange && {
          text: say("addProfile"),
          fields: profileFields(null),
          submitText: say("doIt"),
          submit: (values: Values) =>
            orderAtRouter(this.siteId, {
              kind: "add-user-profile",
              name: String(values.name),
              ...profileChange(values),
            }),
          done: this.#ordered,
        },
        columns: [
          { label: say("name"), sort: "name", cell: (row) => html`<strong>${row.name}</strong>` },
          { label: say("rateLimit"), cell: (row) => row.rateLimit ?? say("none") },
          { label: say("sharedUsers"), numeric: true, cell: (row) => row.sharedUsers ?? say("none") },
          { label: say("sessionTimeout"), numeric: true, cell: (row) => inTime(row.sessionTimeoutSeconds) },
        ],
        buttons: mayChange && ((row) => this.#profileButtons(row)),
      })}`;
  }

  #userButtons(row: HotspotUser) {
    const { id, was, isDefault, isDynamic } = row;
    if (id === null || isDefault || isDynamic) return nothing;
    return html`<span class="row">
      <button @click=${() => (this.edited = row)}>${say("edit")}</button>
      <button
        class="quiet danger"
        @click=${() => order(this.#actions, this.siteId, { kind: "remove-hotspot-user", id, was })}
      >
        ${say("remove")}
      </button>
    </span>`;
  }

  #profileButtons(row: UserProfile) {
    const { id, was, isDefault } = row;
    if (id === null) return nothing;
    return html`<span class="row">
      <button @click=${() => (this.profile = row)}>${say("edit")}</button>
      ${
        isDefault
          ? nothing
          : html`<button
              class="quiet danger"
              @click=${() => order(this.#actions, this.siteId, { kind: "remove-user-profile", id, was })}
            >
              ${say("remove")}
            </button>`
      }
    </span>`;
  }

  #many(
    rows: readonly HotspotUser[],
    actionOf: (row: { id: string; was: string }) => {
      kind: "reset-hotspot-user-counters" | "remove-hotspot-user";
      id: string;
      was: string;
    },
  ) {
    const each = rows.flatMap(({ id, was, isDefault }) => (id === null || isDefault ? [] : [actionOf({ id, was })]));
    return orderMany(this.#actions, this.siteId, each);
  }

  #userForm(row: HotspotUser) {
    const { id, was } = row;
    return formCard({
      title: was,
      fields: userFields(row),
      submitText: say("doIt"),
      submit: (values) =>
        orderAtRouter(this.siteId, {
          kind: "set-hotspot-user",
          id: id ?? "",
          was,
          ...(values.password === null ? {} : { password: String(values.password) }),
          ...userChange(values),
          disabled: values.disabled === true,
        }),
      done: () => {
        this.edited = null;
        this.#ordered();
      },
      cancel: () => (this.edited = null),
    });
  }

  #profileForm(row: UserProfile) {
    const { id, was } = row;
    return formCard({
      title: was,
      fields: profileFields(row),
      submitText: say("doIt"),
      submit: (values) =>
        orderAtRouter(this.siteId, { kind: "set-user-profile", id: id ?? "", was, ...profileChange(values) }),
      done: () => {
        this.profile = null;
        this.#ordered();
      },
      cancel: () => (this.profile = null),
    });
  }
}
customElements.define("router-users", RouterUsers);

function userFields(row: HotspotUser | null): Field[] {
  const added: Field[] = [{ name: "name", label: say("name"), required: true }];
  const changed: Field[] = [
    { name: "disabled", label: say("switchedOff"), type: "checkbox", value: row?.isDisabled ?? false },
  ];
  return [
    ...(row === null ? added : []),
    {
      name: "password",
      label: say("password"),
      type: "password",
      autocomplete: "new-password",
      hint: say(row === null ? "localPasswordHint" : "newPasswordHint"),
    },
    { name: "profile", label: say("profile"), value: row?.profile ?? null },
    { name: "limitUptimeSeconds", label: say("uptimeLimit"), type: "duration", value: row?.limitUptimeSeconds ?? null },
    { name: "limitBytesTotal", label: say("dataLimit"), type: "data", value: row?.limitBytesTotal ?? null },
    { name: "comment", label: say("comment"), value: row?.comment ?? null },
    ...(row === null ? [] : changed),
  ];
}

function userChange({ profile, limitUptimeSeconds, limitBytesTotal, comment }: Values) {
  return {
    ...(profile === null ? {} : { profile: String(profile) }),
    ...(limitUptimeSeconds === null ? {} : { limitUptimeSeconds: Number(limitUptimeSeconds) }),
    ...(limitBytesTotal === null ? {} : { limitBytesTotal: Number(limitBytesTotal) }),
    comment: String(comment ?? ""),
  };
}

function profileFields(row: UserProfile | null): Field[] {
  return [
    ...(row === null ? [{ name: "name", label: say("name"), required: true }] : []),
    { name: "rateLimit", label: say("rateLimit"), hint: say("rateLimitHint"), value: row?.rateLimit ?? null },
    { name: "sharedUsers", label: say("sharedUsers"), type: "number", min: 1, value: row?.sharedUsers ?? null },
    {
      name: "sessionTimeoutSeconds",
      label: say("sessionTimeout"),
      type: "duration",
      value: row?.sessionTimeoutSeconds ?? null,
    },
  ];
}

function profileChange({ rateLimit, sharedUsers, sessionTimeoutSeconds }: Values) {
  return {
    rateLimit: String(rateLimit ?? ""),
    ...(sharedUsers === null ? {} : { sharedUsers: Number(sharedUsers) }),
    ...(sessionTimeoutSeconds === null ? {} : { sessionTimeoutSeconds: Number(sessionTimeoutSeconds) }),
  };
}

const inTime = (seconds: number | null) => (seconds === null || seconds === 0 ? say("unlimited") : duration(seconds));
const inBytes = (bytes: number | null) => (bytes === null || bytes === 0 ? say("unlimited") : byteSize(bytes));

function usedSoFar({ uptimeSeconds, bytesIn, bytesOut }: HotspotUser) {
  return `${duration(uptimeSeconds ?? 0)}, ${byteSize((bytesIn ?? 0) + (bytesOut ?? 0))}`;
}
