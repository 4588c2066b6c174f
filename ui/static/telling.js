// What is said to those who do not see the page, and what is handed to the clipboard.
import { element } from "./elements.js";

const region = element("p", { className: "footnote-unheard", role: "status" });
document.body.append(region); // before anything is said: what a region begins with is not announced

export function announce(text) {
  region.textContent = "";
  setTimeout(() => region.replaceChildren(element("span", {}, text)), 60); // the same words again are a change too
}

export async function copyText(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // Browsers keep the clipboard from pages of other machines without encryption.
  const area = element("textarea", { value: text, className: "footnote-unheard" });
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("not copied");
}
