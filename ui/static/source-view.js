// A source beside the chat: its text with the quoted words marked, between their neighbours. A statement's quotes are
// gone through by pressing its citation again, or by the buttons here. All text is set as text, never as HTML.
import { announce } from "./telling.js";

const MOST_SHOWN = 120_000; // characters: of a longer text, what lies around the quote
let opened = { links: [], at: 0 };
let newest = 0;

const place = () => document.getElementById("source-view");
export const sourceIsOpen = () => Boolean(place() && !place().hidden);

export function openSource(link) {
  const statement = link.closest(".statement");
  const links = statement ? [...statement.querySelectorAll("a.footnote-mark")] : [link];
  const same = sourceIsOpen() && links.length === opened.links.length && links.every((one, i) => one === opened.links[i]);
  const again = same && opened.links[opened.at] === link;
  opened = { links, at: again ? (opened.at + 1) % links.length : links.indexOf(link) };
  return showSource();
}

export function closeSource() {
  if (!sourceIsOpen()) return;
  const link = opened.links[opened.at];
  const inside = place().contains(document.activeElement);
  place().hidden = true;
  place().replaceChildren();
  document.body.classList.remove("reads-source");
  mark(undefined);
  if (inside && link?.isConnected) link.focus();
}

function step(by) {
  opened.at = (opened.at + by + opened.links.length) % opened.links.length;
  showSource();
}

function mark(link) {
  for (const one of document.querySelectorAll("a.footnote-mark.opened")) one.classList.remove("opened");
  link?.classList.add("opened");
}

async function showSource() {
  const link = opened.links[opened.at];
  const mine = ++newest;
  mark(link);
  place().hidden = false;
  document.body.classList.add("reads-source");
  place().replaceChildren(bar(link), heading(link), element("p", "source-notice", "Opening …"));
  const { document: id } = link.dataset;
  const found = await fetch(`/api/documents/${encodeURIComponent(id)}`).catch(() => ({ ok: false }));
  const source = found.ok ? await found.json() : null;
  if (mine !== newest || !sourceIsOpen()) return; // another was asked for meanwhile
  place().replaceChildren(bar(link), heading(link, source), ...body(link, source));
  const quote = place().querySelector("mark.active");
  quote?.scrollIntoView({ block: "center" });
}

function body(link, source) {
  const { quote, version } = link.dataset;
  if (!source) return [notice("This document has been removed, or cannot be reached. These words were quoted from it:"), said(quote)];
  if (version && !source.sha256.startsWith(version))
    return [notice("This document has changed since. These words were quoted from it:"), said(quote), text(source.text, [])];
  const spans = link.dataset.start === undefined ? [] : quotesOf(link);
  return [text(source.text, spans)];
}

// The quotes of the same answer from the same document, the opened one `active`.
function quotesOf(link) {
  const turn = link.closest(".turn") ?? link.parentElement;
  const others = [...turn.querySelectorAll("a.footnote-mark")].filter((one) => one.dataset.document === link.dataset.document);
  const spans = [link, ...others].map((one) => ({ start: Number(one.dataset.start), end: Number(one.dataset.end), active: one === link }));
  const [active, ...rest] = spans;
  return [active, ...rest.filter((one) => one.end <= active.start || one.start >= active.end)].sort((a, b) => a.start - b.start);
}

// Offsets count code points; JavaScript's strings count UTF-16 units.
function text(whole, spans) {
  const article = element("article", "source-text");
  article.tabIndex = 0;
  article.setAttribute("aria-label", "Text of the source");
  const points = /[\ud800-\udfff]/.test(whole) ? Array.from(whole) : whole;
  const cut = (start, end) => (typeof points === "string" ? points.slice(start, end) : points.slice(start, end).join(""));
  const active = spans.find((one) => one.active) ?? { start: 0 };
  const first = points.length > MOST_SHOWN ? Math.max(0, active.start - MOST_SHOWN / 2) : 0;
  const last = Math.min(points.length, first + MOST_SHOWN);
  let reached = first;
  if (first > 0) article.append(notice("The beginning of this long document is left out here."));
  for (const span of spans) {
    if (span.start < reached || span.end > last) continue;
    article.append(cut(reached, span.start), element("mark", span.active ? "active" : "", cut(span.start, span.end)));
    reached = span.end;
  }
  article.append(cut(reached, last));
  if (last < points.length) article.append(notice("The rest of this long document is left out here."));
  return article;
}

function bar(link) {
  const line = element("div", "source-bar");
  line.append(button("← Passages", "Back to the passages", closeSource));
  if (opened.links.length > 1) {
    line.append(button("‹", "Previous quote of this statement", () => step(-1)));
    line.append(element("span", "source-count", `${opened.at + 1} of ${opened.links.length}`));
    line.append(button("›", "Next quote of this statement", () => step(1)));
    announce(`Quote ${opened.at + 1} of ${opened.links.length}`);
  }
  const page = element("a", "", "Open page");
  page.href = link.href;
  page.target = "_blank";
  page.rel = "noopener";
  line.append(page);
  return line;
}

function heading(link, source) {
  const header = element("header", "");
  header.append(element("h2", "", link.dataset.title || "Untitled"));
  const where = source?.locations?.join(", ");
  header.append(element("p", "footnote-facts", [link.dataset.about, where].filter(Boolean).join(" · ")));
  return header;
}

const notice = (words) => element("p", "source-notice", words);
const said = (quote) => element("blockquote", "", quote ?? "");

function button(text, name, act) {
  const made = element("button", "", text);
  made.type = "button";
  made.setAttribute("aria-label", name);
  made.title = name;
  made.addEventListener("click", act);
  return made;
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) {
    made.textContent = text;
    made.dir = "auto";
  }
  return made;
}
