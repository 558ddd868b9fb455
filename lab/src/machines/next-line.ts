import type { ChildProcess } from "node:child_process";

/** The next whole line of a process's output that contains `wanted`. Rejects with the output when the process ends first. */
export function nextLine(child: ChildProcess, wanted: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const line = said
        .split("\n")
        .slice(0, -1)
        .find((each) => each.includes(wanted));
      if (line === undefined) return;
      leave();
      resolve(line);
    };
    const onClose = () => {
      leave();
      reject(new Error(`ended before it said "${wanted}": ${said.slice(-2000)}`));
    };
    const leave = () => {
      child.stdout?.off("data", hear).resume();
      child.stderr?.off("data", hear).resume();
      child.off("close", onClose);
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("close", onClose);
  });
}
