import { Fault } from "@karibu/protocol/fault";

/** The disk's error as a Fault: "<owner>/full" or "<owner>/not-writable". What is a Fault already stays as it is. */
export function diskFault(owner: "journal" | "feed", error: unknown): Fault {
  if (error instanceof Fault) return error;
  const code = (error as { code?: unknown } | null)?.code;
  const reason = error instanceof Error ? error.message : String(error);
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new Fault(
      `${owner}/full` as const,
      reason,
      { retry: "later", hint: "free space on the router's disk" },
      error,
    );
  }
  const hint = "the disk refuses writes: is it mounted and writable?";
  return new Fault(`${owner}/not-writable` as const, reason, { retry: "later", hint }, error);
}
