/** A real hub with the embedded database on a simulated machine, and calls of its API from there. */
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { nextLine } from "./next-line.ts";
import type { Machine } from "./two-machines.ts";

const hubMain = fileURLToPath(new URL("../../../cloud/src/main.ts", import.meta.url));
const admin = { email: "admin@karibu.test", password: "the-admin-password" };
const ownerOf = (name: string) => ({ email: `owner@${name}.test`, password: "the-owner-password" });

export interface HubOnMachine {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  ask(method: string, path: string, body?: unknown): { status: number; body: any };
  /** Makes a provider. Later calls are made by its owner. `name`: once each, lower-case letters. */
  makeProvider(name?: string): void;
  /** Later calls are made by the owner of this provider again. */
  actAs(name: string): void;
  /** Makes a site of that provider. */
  makeSite(): { readonly siteId: string; readonly enrolmentToken: string };
  /** Stops the hub; its machine goes on. */
  stop(): Promise<void>;
}

/** The hub ends with its machine. */
export async function startHubOn(
  machine: Machine,
  options: { readonly port: number; readonly data: string; readonly environment?: Record<string, string> },
): Promise<HubOnMachine> {
  const hub = machine.start([process.execPath, hubMain], {
    PORT: String(options.port),
    KARIBU_DATA: options.data,
    KARIBU_ADMIN_EMAIL: admin.email,
    KARIBU_ADMIN_PASSWORD: admin.password,
    ...options.environment,
  });
  await nextLine(hub, "hub-ready");
  let token = "";

  const ask: HubOnMachine["ask"] = (method, path, body) => {
    const program = `
      const [url, method, token, body] = process.argv.slice(1);
      const headers = { ...(token && { authorization: "Bearer " + token }), ...(body && { "content-type": "application/json" }) };
      const answer = await fetch(url, { method, headers, ...(body && { body }) });
      console.log(JSON.stringify({ status: answer.status, body: await answer.json().catch(() => null) }));`;
    const url = `http://127.0.0.1:${options.port}${path}`;
    const args = [url, method, token, body === undefined ? "" : JSON.stringify(body)];
    return JSON.parse(machine.run(process.execPath, "--input-type=module", "-e", program, "--", ...args));
  };

  return {
    ask,
    makeProvider(name = "mto") {
      const owner = ownerOf(name);
      token = ask("POST", "/api/v1/login", admin).body.token;
      ask("POST", "/api/v1/providers", { name, ownerEmail: owner.email, ownerPassword: owner.password });
      token = ask("POST", "/api/v1/login", owner).body.token;
    },
    actAs(name) {
      token = ask("POST", "/api/v1/login", ownerOf(name)).body.token;
    },
    makeSite() {
      const made = ask("POST", "/api/v1/sites", { name: "Kiosk" });
      if (made.status !== 201) throw new Error(`no site was made: ${JSON.stringify(made)}`);
      return { siteId: made.body.site.siteId, enrolmentToken: made.body.enrolmentToken };
    },
    async stop() {
      const ended = once(hub, "exit");
      hub.kill("SIGTERM");
      await ended;
    },
  };
}
