// What is said to those who do not see the page, and what is handed to the clipboard.
import { element } from "./elements.js";

const region = element("p", { className: "footnote-unheard", role: "status" });
document.body.append(region); // before anything is said: what a region begins with is not announced

export function announce(text) {
  region.textContent = "";
  setTimeout(() => region.replaceChildren(element("span", {}, text)), 60); // the same words again are a change too
}

// `text` may be a promise: some browsers let only what is handed over within a click's own handler be copied.
export async function copyText(text) {
  if (window.ClipboardItem && navigator.clipboard) {
    const blob = Promise.resolve(text).then((ready) => new Blob([ready], { type: "text/plain" }));
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    return;
  }
  // Browsers keep the clipboard from pages of other machines without encryption.
  const area = element("textarea", { value: await text, className: "footnote-unheard" });
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("not copied");
}
