// Narrow screens: chats and sources lie over the conversation, which then takes neither focus nor touch.

const NARROW = matchMedia("(max-width: 1080px)"); // as in chat.css
const LAYERS = { "shows-side": "show-side", "shows-sources": "show-sources" };

const find = (selector) => document.querySelector(selector);
const isShown = (name) => document.body.classList.contains(name);

export const isCovered = () => NARROW.matches && Object.keys(LAYERS).some(isShown);

export function show(name, shown) {
  document.body.classList.toggle(name, shown);
  const button = find(`[data-act=${LAYERS[name]}]`);
  button.setAttribute("aria-expanded", String(shown));
  button.dataset.name ??= button.textContent;
  button.textContent = shown ? "Close" : button.dataset.name;
  cover();
}

export function toggle(name) {
  const shown = !isShown(name);
  for (const other of Object.keys(LAYERS)) show(other, other === name && shown);
}

export function uncover() {
  for (const name of Object.keys(LAYERS)) show(name, false);
}

function cover() {
  find("#talk").inert = isCovered();
}

NARROW.addEventListener("change", cover);
