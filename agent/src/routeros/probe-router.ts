/**
 * Walks the five steps of a test on one connection, which it closes in the end. The router is told nothing but the log-in and four prints.
 * It answers as it likes: its texts are cut and cleaned, and nothing else of its answers leaves.
 */
import { Fault } from "@karibu/protocol/fault";
import {
  neededPolicies,
  type RouterTestProblem,
  type RouterTestStep,
  type RouterTestStepState,
  routerTestSteps,
  stepsAt,
  type TestedRouter,
  versionProblem,
} from "@karibu/protocol/router/router-test";
import { sleep, type World } from "@karibu/protocol/world";
import { type ApiConnection, createApiConnection } from "./api-connection.ts";
import { type ApiDial, type ApiSocket, RouterTrap, type Row } from "./router-api.ts";

export interface ProbeReport {
  readonly steps: readonly RouterTestStepState[];
  readonly router: TestedRouter | null;
  readonly isOver: boolean;
}

const connectMsMax = 5000;
const answerMsMax = 8000;

type Outcome<Value> = { readonly value: Value } | { readonly failed: RouterTestStep; readonly why: RouterTestProblem };

/** `tell` gets each report, the last one with `isOver`. Resolves within 40 seconds, never rejects. */
export async function probeRouter(
  world: World,
  dial: ApiDial,
  { user, password }: { readonly user: string; readonly password: string },
  tell: (report: ProbeReport) => void,
): Promise<void> {
  let router: TestedRouter | null = null;
  const at = (step: RouterTestStep) => tell({ steps: stepsAt<RouterTestProblem>(step, null), router, isOver: false });
  const failed = (step: RouterTestStep, why: RouterTestProblem) =>
    tell({ steps: stepsAt(step, why), router, isOver: true });

  at("network");
  const socket = await dialInTime(world, dial);
  if ("failed" in socket) return failed(socket.failed, socket.why);
  at("handshake");
  const connection = createApiConnection(world, socket.value, () => {});
  const ask = (words: readonly string[]) => connection.send(words, answerMsMax);
  try {
    const logIn = await enter(connection, user, password);
    if ("failed" in logIn) return failed(logIn.failed, logIn.why);
    at("permissions");
    const missing = await missingPolicies(ask, user);
    if ("failed" in missing) return failed(missing.failed, missing.why);
    router = { identity: "", version: "", board: "", missing: missing.value };
    if (missing.value.length > 0) return failed("permissions", "missing-rights");
    at("identity");
    const [resource] = await ask(["/system/resource/print", "=.proplist=version,board-name"]);
    const [identity] = await ask(["/system/identity/print"]);
    const version = clean(resource?.version, 40);
    router = { ...router, identity: clean(identity?.name, 64), version, board: clean(resource?.["board-name"], 64) };
    const problem = versionProblem(version);
    if (problem !== null) return failed("identity", problem);
    tell({ steps: routerTestSteps.map((step) => ({ step, state: "done", problem: null })), router, isOver: true });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    failed(router === null ? "permissions" : "identity", "no-answer");
  } finally {
    connection.close("tested");
  }
}

async function dialInTime(world: World, dial: ApiDial): Promise<Outcome<ApiSocket>> {
  const dialled = dial();
  const late = sleep(world.clock, connectMsMax).then(() => null);
  const nothing = { failed: "network" as const, why: "unreachable" as const };
  try {
    const socket = await Promise.race([dialled, late]);
    if (socket !== null) return { value: socket };
    dialled.then(
      (left) => left.destroy(),
      () => {},
    );
    return nothing;
  } catch (error) {
    const isRefused = (error as { code?: unknown }).code === "ECONNREFUSED";
    return isRefused ? { failed: "network", why: "refused" } : nothing;
  }
}

/** A trap is an answer in the API's own words: then it was the log-in that failed, and not the handshake. */
async function enter(connection: ApiConnection, user: string, password: string): Promise<Outcome<null>> {
  try {
    const rows = await connection.send(["/login", `=name=${user}`, `=password=${password}`], answerMsMax);
    // Before 6.43 the answer was a challenge.
    return rows.some(({ ret }) => ret !== undefined) ? { failed: "identity", why: "version-too-old" } : { value: null };
  } catch (error) {
    if (error instanceof RouterTrap) return { failed: "log-in", why: "wrong-log-in" };
    const isSilent = error instanceof Fault && error.code === "router-api/time-out";
    return { failed: "handshake", why: isSilent ? "silent" : "no-api" };
  }
}

async function missingPolicies(
  ask: (words: readonly string[]) => Promise<readonly Row[]>,
  user: string,
): Promise<Outcome<(typeof neededPolicies)[number][]>> {
  try {
    const users = await ask(["/user/print", "=.proplist=name,group", `?name=${user}`]);
    const groups = await ask(["/user/group/print", "=.proplist=name,policy"]);
    const name = users.find((row) => row.name === user)?.group;
    const group =
      groups.find((row) => row.name === name) ?? groups.find((row) => row.name?.startsWith("karibu") === true);
    // RouterOS lists what is denied too, with a `!`.
    const has = (group?.policy ?? "").split(",");
    return { value: neededPolicies.filter((policy) => !has.includes(policy)) };
  } catch (error) {
    if (error instanceof RouterTrap) return { failed: "permissions", why: "no-read" };
    throw error;
  }
}

/** No control characters, none that turn the direction of writing, no half ones. */
const clean = (text: string | undefined, max: number): string =>
  (text ?? "")
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, "")
    .slice(0, max)
    .toWellFormed();
