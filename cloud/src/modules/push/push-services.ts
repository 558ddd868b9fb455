/** Whose push services the hub sends to. A browser names the address; no other host gets a request. Pure. */

const services = [
  { name: "Google", hosts: ["fcm.googleapis.com"] },
  { name: "Mozilla", hosts: [".push.services.mozilla.com"] },
  { name: "Apple", hosts: [".push.apple.com"] },
  { name: "Microsoft", hosts: [".notify.windows.com"] },
] as const;

const addressLettersMax = 1_000;

/** Null: not an address of a known push service. A host that begins with a dot stands for what ends so. */
export function pushServiceOf(address: string): string | null {
  if (address.length > addressLettersMax || !URL.canParse(address)) return null;
  const { protocol, username, password, port, hostname, hash } = new URL(address);
  if (protocol !== "https:" || username !== "" || password !== "" || port !== "" || hash !== "") return null;
  const isIt = (host: string) => (host.startsWith(".") ? hostname.endsWith(host) : hostname === host);
  return services.find(({ hosts }) => hosts.some(isIt))?.name ?? null;
}
