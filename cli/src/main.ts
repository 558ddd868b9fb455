/** `karibu`: commands for operators and installers. Each subcommand is a separate file, loaded when it is used. */
import type { Subcommand } from "./subcommand.ts";

const subcommands: Readonly<Record<string, () => Promise<Subcommand>>> = {
  backup: async () => (await import("./backup.ts")).backup,
  // One word, two patients: a site's agent, or the hub.
  doctor: async () =>
    process.argv.includes("--hub") ? (await import("./doctor-hub.ts")).doctorHub : (await import("./doctor.ts")).doctor,
  events: async () => (await import("./events.ts")).events,
  providers: async () => (await import("./providers.ts")).providers,
  queue: async () => (await import("./queue.ts")).queue,
  restore: async () => (await import("./restore.ts")).restore,
  router: async () => (await import("./router.ts")).router,
  sessions: async () => (await import("./sessions.ts")).sessions,
  "export-state": async () => (await import("./export-state.ts")).exportState,
  import: async () => (await import("./import.ts")).importState,
  users: async () => (await import("./users.ts")).users,
};

// Who reads us may stop early (`| head`): that is no error.
process.stdout.on("error", () => process.exit(0));

const [name = "", ...words] = process.argv.slice(2);
process.exitCode = await run(name, words);

function isHelp(word: string): boolean {
  return word === "--help" || word === "-h";
}

async function run(name: string, words: readonly string[]): Promise<number> {
  if (isHelp(name) || (name === "help" && words.length === 0)) {
    process.stdout.write(await usage());
    return 0;
  }
  if (!Object.hasOwn(subcommands, name)) {
    process.stderr.write(name === "" ? "" : `karibu: unknown command: ${name}\n`);
    process.stderr.write(await usage());
    return 2;
  }
  const subcommand = await (subcommands[name] as () => Promise<Subcommand>)();
  if (words.some(isHelp)) {
    process.stdout.write(usageOf(subcommand));
    return 0;
  }
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const complain = (line: string): void => void process.stderr.write(`karibu ${name}: ${line}\n`);
  return subcommand.run(words, { print, complain });
}

async function usage(): Promise<string> {
  const doctors = [(await import("./doctor.ts")).doctor, (await import("./doctor-hub.ts")).doctorHub];
  const others = Object.entries(subcommands).filter(([name]) => name !== "doctor");
  const all = [...doctors, ...(await Promise.all(others.map(([, load]) => load())))];
  all.sort((one, other) => one.usage.localeCompare(other.usage));
  return ["usage (from a checkout: npm run karibu -- COMMAND):\n", ...all.map(usageOf)].join("");
}

function usageOf({ usage, summary }: Subcommand): string {
  return `  karibu ${usage}\n      ${summary}\n`;
}
