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

export async function copyText(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // Browsers keep the clipboard from pages of other machines without encryption.
  const area = Object.assign(document.createElement("textarea"), { value: text, className: "footnote-unheard" });
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("not copied");
}
