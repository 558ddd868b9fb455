import { qrPath } from "../qr-path.ts";

/** A QR picture for paper: the page that is printed is made of plain elements, without templates. */
export function drawQr(text: string): SVGElement {
  const { path, side } = qrPath(text);
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  picture.setAttribute("class", "qr");
  picture.setAttribute("viewBox", `0 0 ${side} ${side}`);
  const dark = document.createElementNS(space, "path");
  dark.setAttribute("d", path);
  picture.append(dark);
  return picture;
}
