// A small card over a citation or a doubt: the quote, its source and date. It says what the element's data say, as text.

const card = document.createElement("div");
card.id = "footnote-note";
card.setAttribute("role", "tooltip");
card.hidden = true;
document.body.append(card);
const MARKED = "a.footnote-mark, a.footnote-source[data-quote], button.why";
let waiting;

function line(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  element.dir = "auto";
  return element;
}

function showNote(element) {
  clearTimeout(waiting);
  const { quote, title, about, note } = element.dataset;
  const lines = note ? [line("p", note)] : [line("q", quote), line("strong", title), line("span", about)];
  card.replaceChildren(...lines);
  card.hidden = false;
  const at = element.getClientRects()[0] ?? element.getBoundingClientRect();
  const below = at.bottom + card.offsetHeight + 12 < innerHeight;
  card.style.top = `${below ? at.bottom + 6 : Math.max(6, at.top - card.offsetHeight - 6)}px`;
  card.style.left = `${Math.max(8, Math.min(at.left - 12, innerWidth - card.offsetWidth - 8))}px`;
}

// Returns whether there was one.
export function hideNote() {
  clearTimeout(waiting);
  const shown = !card.hidden;
  card.hidden = true;
  return shown;
}

function soon(then, milliseconds) {
  clearTimeout(waiting);
  waiting = setTimeout(then, milliseconds);
}

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  const element = event.target.closest?.(MARKED);
  if (element) soon(() => element.isConnected && showNote(element), 120);
  else if (event.target.closest?.("#footnote-note")) clearTimeout(waiting);
  else if (!card.hidden) soon(hideNote, 200);
});
document.addEventListener("focusin", (event) => {
  const element = event.target.closest?.(MARKED);
  if (element?.matches(":focus-visible")) showNote(element);
  else hideNote();
});
document.addEventListener("click", (event) => {
  const doubt = event.target.closest?.("button.why");
  if (doubt) showNote(doubt);
});
document.addEventListener("scroll", hideNote, true);
