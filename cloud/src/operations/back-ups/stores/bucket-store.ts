/**
 * Back-ups in a bucket of an S3-compatible store. Files above one part go up in parts: such an upload exists when it is completed, and not
 * before. The signature does not cover the body (`UNSIGNED-PAYLOAD`); the seal of the file does, and each file is fetched back.
 */
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { S3mini } from "s3mini";
import { type BackupStore, checkName, storeAway } from "./backup-store.ts";

export interface BucketSettings {
  /** `https://s3.example.com/bucket`, with a folder behind it or not. */
  readonly url: string;
  readonly region: string;
  readonly keyId: string;
  readonly keySecret: string;
}

/** S3 takes parts from 5 MiB up, and at most 10,000 of them: files up to 160 GB. */
const partBytes = 16 * 1024 * 1024;
const answerMsMax = 10 * 60_000;
/** A hundred times what a hub keeps there; each costs some hundred bytes of memory. */
const listMaxUsual = 1_000_000;

/** @param pieceBytes from which size a file goes up in parts, and how large they are; tests take less, also of `listMax` names in a list */
export function createBucketStore(
  settings: BucketSettings,
  pieceBytes = partBytes,
  listMax = listMaxUsual,
): BackupStore {
  const { url, region, keyId, keySecret } = settings;
  const { origin, pathname } = new URL(url);
  const [bucket = "", ...folders] = pathname.split("/").filter((part) => part !== "");
  const base = folders.map((folder) => `${folder}/`).join("");
  const bucketUrl = `${origin}/${bucket}`;
  const s3 = new S3mini({
    accessKeyId: keyId,
    secretAccessKey: keySecret,
    endpoint: bucketUrl,
    region,
    requestAbortTimeout: answerMsMax,
    minPartSize: pieceBytes,
  });
  const keyOf = (name: string) => {
    checkName(name);
    return base + name;
  };
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw storeAway(saidBy(error), error);
    }
  };
  const putWhole = async (key: string, bytes: Buffer) => {
    await s3.putObject(key, bytes, "application/octet-stream", undefined, undefined, bytes.length);
  };

  return {
    kind: "bucket",
    place: `${bucketUrl}${base === "" ? "" : `/${base.slice(0, -1)}`}`,
    async put(name, file, onBytes = () => {}) {
      const key = keyOf(name);
      await guarded(async () => {
        const handle = await open(file);
        try {
          const { size } = await handle.stat();
          if (size <= pieceBytes) {
            await putWhole(key, await readPart(handle, 0, size));
            onBytes(size);
            return;
          }
          const uploadId = await s3.getMultipartUploadId(key, "application/octet-stream");
          try {
            const parts = [];
            for (let at = 0; at < size; at += pieceBytes) {
              const part = await readPart(handle, at, Math.min(pieceBytes, size - at));
              parts.push(await s3.uploadPart(key, uploadId, part, parts.length + 1));
              onBytes(at + part.length);
            }
            await s3.completeMultipartUpload(key, uploadId, parts);
            // S3 may answer 200 and name an error in the body, because completing takes it a while.
            if ((await s3.getContentLength(key)) !== size) throw new Error("what was stored has another size");
          } catch (error) {
            // Otherwise the parts lie there for ever, unseen and paid for.
            await s3.abortMultipartUpload(key, uploadId).catch(() => {});
            throw error;
          }
        } finally {
          await handle.close();
        }
      });
    },
    async putBytes(name, bytes) {
      const key = keyOf(name);
      await guarded(() => putWhole(key, Buffer.from(bytes)));
    },
    async get(name) {
      const key = keyOf(name);
      return guarded(async () => {
        const answer = await s3.getObjectResponse(key);
        if (answer === null) return null;
        return answer.body === null ? Readable.from([]) : Readable.fromWeb(answer.body as ReadableStream);
      });
    },
    list: (prefix) =>
      guarded(async () => {
        const found = await s3.listObjects("/", base + prefix, listMax + 1);
        if (found === null) throw Object.assign(new Error("there is no such bucket"), { code: "no such bucket" });
        // Names begin with the oldest: a list that is cut would hide what came last.
        if (found.length > listMax)
          throw Object.assign(new Error("too many"), { code: `more than ${listMax} files are in the list` });
        return found
          .map(({ Key, Size }) => ({ name: Key.slice(base.length), bytes: Number(Size) }))
          .sort((one, other) => (one.name < other.name ? -1 : 1));
      }),
    async remove(name) {
      const key = keyOf(name);
      await guarded(async () => void (await s3.deleteObject(key)));
    },
    clearUnfinished: (prefix) =>
      guarded(async () => {
        for (const { key, uploadId } of uploadsOf(
          await s3.listMultipartUploads("/", "", "GET", { prefix: base + prefix }),
        ))
          if (key.startsWith(base + prefix)) await s3.abortMultipartUpload(key, uploadId);
      }),
  };
}

/** As S3 writes them: one upload is no list. */
function uploadsOf(answer: object): { readonly key: string; readonly uploadId: string }[] {
  const { ListMultipartUploadsResult: result } = answer as { ListMultipartUploadsResult?: { Upload?: unknown } };
  const uploads = [result?.Upload ?? []].flat() as { Key?: string; UploadId?: string }[];
  return uploads.flatMap(({ Key, UploadId }) => (Key && UploadId ? [{ key: Key, uploadId: UploadId }] : []));
}

async function readPart(handle: Awaited<ReturnType<typeof open>>, at: number, length: number): Promise<Buffer> {
  const part = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(part, filled, length - filled, at + filled);
    if (bytesRead === 0) throw new Error("the file became shorter while it was read");
    filled += bytesRead;
  }
  return part;
}

/** A service's answer may repeat the key's name or the whole request: only its status and its code are said. */
function saidBy(error: unknown): string {
  const { status, serviceCode, code, cause, name } = error as {
    status?: number;
    serviceCode?: string;
    code?: string;
    cause?: { code?: string };
    name?: string;
  };
  if (status !== undefined) return `HTTP ${status}${serviceCode === undefined ? "" : ` ${serviceCode}`}`;
  return code ?? cause?.code ?? (name === "TimeoutError" ? "no answer in time" : "the connection failed");
}
