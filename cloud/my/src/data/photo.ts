/** A photograph made small before it goes over a weak link. What the browser can't read goes as it is: the hub says what is wrong with it. */

const sideMax = 1600;

/** In base64, without what stands before it in a data URL. */
export async function photoBase64(photo: Blob): Promise<string> {
  const small = await shrunk(photo).catch(() => photo);
  const text = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(small);
  });
  return text.slice(text.indexOf(",") + 1);
}

async function shrunk(photo: Blob): Promise<Blob> {
  const picture = await createImageBitmap(photo);
  const scale = Math.min(1, sideMax / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob === null ? reject(new Error("no picture")) : resolve(blob)), "image/jpeg", 0.8),
  );
}
