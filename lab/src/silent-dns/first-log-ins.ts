/**
 * What a busy hotspot asks of its agent, as a process beside it: first log-ins by voucher, one each `everyMs`, while phones
 * open the portal. The order is one JSON argument; the report is one JSON line.
 */
import { openNas } from "@karibu/agent/agent-process";

export interface LogInOrder {
  readonly authPort: number;
  readonly httpPort: number;
  readonly secret: string;
  readonly codes: readonly string[];
  readonly everyMs: number;
  /** Between two visits of the portal. */
  readonly visitEveryMs: number;
}

export interface LogInReport {
  /** From asked to answered, in the order of the codes; null: no accept within the router's time-out. */
  readonly answeredMs: readonly (number | null)[];
  readonly visits: number;
}

/** What our set-up scripts tell the router to wait for an answer. */
const radiusMsMax = 3000;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function drive(order: LogInOrder): Promise<LogInReport> {
  const nas = await openNas(order.secret, () => () => {});
  let visits = 0;
  let isOver = false;

  async function logIn(code: string, number: number): Promise<number | null> {
    const fromMs = performance.now();
    const mac = `02:00:00:00:${hex(number >> 8)}:${hex(number & 255)}`;
    const answer = nas
      .logIn(code, [{ name: "callingStationId", value: mac }], () => order.authPort)
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
  for (const [number, code] of order.codes.entries()) {
    await pause(begunMs + number * order.everyMs - performance.now());
    answers.push(logIn(code, number));
  }
  const answeredMs = await Promise.all(answers);
  isOver = true;
  await visiting;
  nas.close();
  return { answeredMs, visits };
}

const hex = (value: number) => value.toString(16).toUpperCase().padStart(2, "0");

process.stdout.write(`${JSON.stringify(await drive(JSON.parse(process.argv[2] ?? "")))}\n`, () => process.exit(0));
