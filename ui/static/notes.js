// A small card over a citation or a doubt: the quote, its source and date. It says what the element's data say, as text.

import { element } from "./elements.js";

const card = element("div", { id: "footnote-note", role: "tooltip", hidden: true });
const MARKED = "a.footnote-mark, a.footnote-source[data-quote], button.why";
const line = (tag, text) => element(tag, { dir: "auto" }, text);
let about; // the element that the card describes
let shownAt = 0; // where on the screen it was then
let waiting;

const placeOf = (marked) => marked.getClientRects()[0] ?? marked.getBoundingClientRect();

function showNote(marked) {
  hideNote();
  document.querySelector("main").append(card); // a part of the page, and not beside it
  about = marked;
  const { quote, title, about: facts, note } = about.dataset;
  card.replaceChildren(...(note ? [line("p", note)] : [line("q", quote), line("strong", title), line("span", facts)]));
  if (!note) about.setAttribute("aria-describedby", card.id); // a doubt's note is its name already
  card.hidden = false;
  const at = placeOf(about);
  const below = at.bottom + card.offsetHeight + 12 < innerHeight;
  shownAt = at.top;
  card.style.top = `${below ? at.bottom + 6 : Math.max(6, at.top - card.offsetHeight - 6)}px`;
  card.style.left = `${Math.max(8, Math.min(at.left - 12, innerWidth - card.offsetWidth - 8))}px`;
}

// Returns whether there was one.
export function hideNote() {
  clearTimeout(waiting);
  const shown = !card.hidden;
  card.hidden = true;
  about?.removeAttribute("aria-describedby");
  return shown;
}

function soon(then, milliseconds) {
  clearTimeout(waiting);
  waiting = setTimeout(then, milliseconds);
}

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  const marked = event.target.closest?.(MARKED);
  if (marked) soon(() => marked.isConnected && showNote(marked), 120);
  else if (event.target.closest?.("#footnote-note")) clearTimeout(waiting);
  else if (!card.hidden) soon(hideNote, 200);
});
document.addEventListener("focusin", (event) => {
  const marked = event.target.closest?.(MARKED);
  if (marked?.matches(":focus-visible")) showNote(marked);
  else hideNote();
});
document.addEventListener("click", (event) => {
  const doubt = event.target.closest?.("button.why");
  if (doubt) showNote(doubt);
  else if (!event.target.closest?.("#footnote-note")) hideNote(); // on a touch screen nothing else does
});
document.addEventListener("scroll", () => !card.hidden && placeOf(about).top !== shownAt && hideNote(), true);
