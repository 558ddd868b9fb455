/** Who may do what: the one table. A route names one permission; a role is the set of rows that list it. */

export const roles = [
  "platform-admin",
  "owner",
  "manager",
  "accountant",
  "support",
  "installer",
  "seller",
  "read-only",
] as const;
export type Role = (typeof roles)[number];

const everybody = ["owner", "manager", "accountant", "support", "installer", "read-only"] as const;
const office = ["owner", "manager", "accountant", "support", "read-only"] as const;
const money = ["owner", "manager", "accountant"] as const;
const customerService = ["owner", "manager", "support"] as const;

const table = {
  "providers.read": ["platform-admin"],
  "providers.manage": ["platform-admin"],
  "providers.impersonate": ["platform-admin"],
  "platform.read": ["platform-admin"],
  "backups.manage": ["platform-admin"],
  /** The sealed file of a back-up: all providers' books, for who has the master key. */
  "backups.download": ["platform-admin"],
  /** Puts a back-up in the place of everything. */
  "backups.restore": ["platform-admin"],
  "metrics.read": ["platform-admin"],
  "hosts.manage": ["platform-admin"],
  "provider.read": everybody,
  "provider.manage": ["owner"],
  "provider.export": ["owner"],
  "users.read": ["platform-admin", "owner", "manager"],
  "users.manage": ["platform-admin", "owner"],
  /** Of the platform only which role must have a second factor: it makes no roles of its own. */
  "roles.manage": ["platform-admin", "owner"],
  "tokens.manage": ["platform-admin", "owner"],
  "sites.read": everybody,
  "sites.manage": ["owner", "manager", "installer"],
  /** One's own tunnel to routers' WinBox port. */
  "routers.tunnel": ["owner", "manager", "installer"],
  "routers.read": ["owner", "manager", "support", "installer", "read-only"],
  /** Its hotspot's own users, bindings, walled garden, leases; ending what is logged in. */
  "routers.manage": ["owner", "manager", "support", "installer"],
  "routers.restart": ["owner", "manager", "support", "installer"],
  /** Passwords of some minutes for a router itself, and who was on it. */
  "routers.log-in": ["owner", "manager", "support", "installer"],
  "routers.log-in-write": ["owner", "manager", "installer"],
  /** All that RouterOS can do, its users and secrets too. */
  "routers.log-in-full": ["owner"],
  /** What can cut a router off: interfaces, services, its name. */
  "routers.network": ["owner", "manager", "installer"],
  /** Back-ups made and compared, their configuration read without secrets. */
  "routers.back-ups": ["owner", "manager", "installer"],
  /** Back-ups with all secrets in them: downloaded, restored, deleted, and how many are kept. */
  "routers.restore": ["owner"],
  "plans.read": [...everybody, "seller"],
  "plans.manage": ["owner", "manager"],
  "vouchers.read": office,
  "vouchers.manage": ["owner", "manager"],
  /** Codes that nobody has used yet: they are cash. Without it a list shows their ends. */
  "vouchers.codes": ["owner", "manager"],
  /** What another system knows of its users: read in before the switch. */
  "takeovers.manage": ["owner", "manager"],
  "customers.read": office,
  /** Everything about one person: taken along, or erased for ever. */
  "customers.personal-data": ["owner"],
  "customers.manage": customerService,
  /** Whole phone numbers on the page of a payment; without it, their ends. */
  "customers.numbers": ["owner"],
  /** Customers' log-ins. Passwords are told to nobody afterwards. */
  "accounts.read": office,
  "accounts.manage": customerService,
  "subscriptions.read": office,
  "subscriptions.manage": customerService,
  /** What customers want put right. */
  "tickets.read": office,
  "tickets.answer": customerService,
  /** Times to answer, and answers that are kept ready. */
  "tickets.manage": ["owner", "manager"],
  "installations.read": [...customerService, "installer", "read-only"],
  "installations.manage": customerService,
  /** On the way to customers: checklist, photos, equipment, and the line that is made of it. */
  "installations.work": [...customerService, "installer"],
  "stock.read": everybody,
  "stock.manage": ["owner", "manager"],
  "grants.read": office,
  "grants.manage": customerService,
  "sessions.read": everybody,
  "sessions.manage": customerService,
  /** Who had an address at a time: it joins traffic to people. */
  "sessions.trace": ["owner", "manager"],
  "payments.read": office,
  "payments.sell": [...customerService, "accountant", "seller"],
  "payments.verify": ["owner", "manager", "accountant", "support"],
  "payments.manage": money,
  /** A platform admin's: the platform's own, by which providers pay it. */
  "channels.read": ["platform-admin", ...money],
  "channels.manage": ["platform-admin", "owner"],
  "ledger.read": [...money, "read-only"],
  "ledger.manage": ["owner", "accountant"],
  /** Who hears of which alarms. */
  "alerts.read": ["platform-admin", ...everybody],
  "alerts.manage": ["platform-admin", "owner", "manager"],
  "messages.read": office,
  "messages.manage": customerService,
  "jobs.read": ["platform-admin", "owner", "manager"],
  "jobs.manage": ["platform-admin", "owner"],
  "reports.read": office,
  "audit.read": ["platform-admin", "owner"],
  "logs.read": ["owner"],
  "settings.manage": ["owner"],
  "releases.read": ["platform-admin", ...everybody],
  "releases.pin": ["owner"],
  "releases.manage": ["platform-admin"],
  "events.read": everybody,
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof table;
export const permissions = Object.keys(table) as Permission[];
/** All permissions that a provider can give: those of its owner. */
export const providerPermissions = permissions.filter((permission) => mayRole("owner", permission));

export function mayRole(role: Role, permission: Permission): boolean {
  return (table[permission] as readonly Role[]).includes(role);
}

export function isBuiltIn(role: string): role is Role {
  return (roles as readonly string[]).includes(role);
}

function isPermission(name: string): name is Permission {
  return Object.hasOwn(table, name);
}

/** What a role may do. `own`: the permissions of the role of this id that the provider defined; null when there is none (it may do nothing). */
export function permissionsOf(role: string, own: readonly string[] | null = null): Permission[] {
  if (isBuiltIn(role)) return permissions.filter((permission) => mayRole(role, permission));
  return (own ?? []).filter(isPermission).filter((permission) => mayRole("owner", permission));
}

/** Nobody gives more permissions than they have: the permission that is missing, or null. */
export function exceeds(wanted: readonly string[], have: readonly Permission[]): string | null {
  return wanted.find((permission) => !(have as readonly string[]).includes(permission)) ?? null;
}
