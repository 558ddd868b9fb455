/** What the image says about itself, in `image.json` beside its own release. Written by the image's builder. */
import { isVersion } from "@karibu/protocol/bundle/version-order";

export interface ImageFacts {
  readonly imageVersion: string;
  readonly agentVersion: string;
  /** Of everything in the image that matters to a release: another Node or another agent is another image. */
  readonly id: string;
}

/** Throws: an image without these is no image of ours. */
export function readImageFacts(text: string): ImageFacts {
  const { imageVersion, agentVersion, id } = JSON.parse(text);
  if (!isVersion(String(imageVersion)) || !isVersion(String(agentVersion)) || typeof id !== "string") {
    throw new Error("image.json needs imageVersion, agentVersion and id");
  }
  return { imageVersion, agentVersion, id };
}
