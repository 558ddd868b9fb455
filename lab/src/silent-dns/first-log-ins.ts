/**
 * A busy hotspot, as a process beside the agent: first log-ins by voucher, one each `everyMs`, while phones open the portal.
 * The order is one JSON argument; the report is one JSON line.
 */
import { type NasSocket, openNas } from "@karibu/agent/start/test-agent-process";
import { codeOf } from "./voucher-codes.ts";

export interface LogInOrder {
  readonly authPort: number;
  readonly httpPort: number;
  readonly secret: string;
  /** The number of the first voucher. `count` vouchers are used. */
  readonly first: number;
  readonly count: number;
  readonly everyMs: number;
  /** Time between two visits of the portal. */
  readonly visitEveryMs: number;
}

export interface LogInReport {
  /** Time from request to accept, in the order of the vouchers. Null: no accept within the router's time-out. */
  readonly answeredMs: readonly (number | null)[];
  readonly visits: number;
}

/** The RADIUS time-out that our set-up scripts give the router. */
const radiusMsMax = 3000;
/** Per NAS: RADIUS has 256 identifiers, and an unanswered request keeps its identifier. */
const logInsPerNas = 200;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function drive(order: LogInOrder): Promise<LogInReport> {
  const open = () => openNas(order.secret, () => () => {});
  const routers = await Promise.all(Array.from({ length: Math.ceil(order.count / logInsPerNas) }, open));
  let visits = 0;
  let isOver = false;

  async function logIn(nas: NasSocket, number: number): Promise<number | null> {
    const fromMs = performance.now();
    const mac = `02:00:00:00:${hex(number >> 8)}:${hex(number & 255)}`;
    const answer = nas
      .logIn(codeOf(number), [{ name: "callingStationId", value: mac }], () => order.authPort)
      .catch(() => "no answer");
    const first = await Promise.race([answer, pause(radiusMsMax)]);
    return first === "accept" ? performance.now() - fromMs : null;
  }

  async function visit(): Promise<void> {
    while (!isOver) {
      const until = AbortSignal.timeout(radiusMsMax);
      await fetch(`http://127.0.0.1:${order.httpPort}/api/state`, { signal: until })
        .then((answer) => answer.arrayBuffer())
        .then(() => visits++)
        .catch(() => {});
      await pause(order.visitEveryMs);
    }
  }

  const visiting = visit();
  const begunMs = performance.now();
  const answers: Promise<number | null>[] = [];
  for (let index = 0; index < order.count; index++) {
    await pause(begunMs + index * order.everyMs - performance.now());
    answers.push(logIn(routers[Math.floor(index / logInsPerNas)] as NasSocket, order.first + index));
  }
  const answeredMs = await Promise.all(answers);
  isOver = true;
  await visiting;
  for (const nas of routers) nas.close();
  return { answeredMs, visits };
}

const hex = (value: number) => value.toString(16).toUpperCase().padStart(2, "0");

process.stdout.write(`${JSON.stringify(await drive(JSON.parse(process.argv[2] ?? "")))}\n`, () => process.exit(0));
