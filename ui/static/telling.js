// What is said to those who do not see the page, and what is handed to the clipboard.

let region;

export function announce(text) {
  if (!region) {
    region = document.createElement("p");
    region.className = "footnote-unheard";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = "";
  setTimeout(() => (region.textContent = text), 60); // a change is announced, not what stood there from the beginning
}

// `text` may be a promise: some browsers let only what is handed over within a click's own handler be copied.
export async function copyText(text) {
  if (window.ClipboardItem && navigator.clipboard) {
    const blob = Promise.resolve(text).then((ready) => new Blob([ready], { type: "text/plain" }));
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    return;
  }
  // Browsers keep the clipboard from pages of other machines without encryption.
  const area = Object.assign(document.createElement("textarea"), { value: await text, className: "footnote-unheard" });
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("not copied");
}
