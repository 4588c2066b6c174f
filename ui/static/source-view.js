// A source beside the chat: the text of its own page, in which the server has marked the quoted words. A statement's
// quotes are gone through by pressing its citation again, or by the buttons here.
import { button, element } from "./elements.js";
import { announce } from "./telling.js";

const MOST_SHOWN = 120_000; // characters: of a longer text, what lies around the quote
let opened = { links: [], at: 0, pressed: null };
let newest = 0;

const place = () => document.getElementById("source-view");
export const sourceIsOpen = () => Boolean(place() && !place().hidden);
export const focusSource = () => place().querySelector("h2").focus({ preventScroll: true });

export function openSource(link) {
  const statement = link.closest(".statement");
  const links = statement ? [...statement.querySelectorAll("a.footnote-mark")] : [link];
  const again = sourceIsOpen() && opened.pressed === link;
  opened = { links, at: again ? (opened.at + 1) % links.length : links.indexOf(link), pressed: link };
  showSource();
}

export function closeSource() {
  if (!sourceIsOpen()) return;
  const link = opened.links[opened.at];
  const inside = place().contains(document.activeElement);
  place().hidden = true;
  place().replaceChildren();
  document.body.classList.remove("reads-source");
  mark(undefined);
  if (inside) (link.isConnected && !link.closest("[inert]") ? link : document.getElementById("sources")).focus();
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
  const focused = place().contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
  const title = link.dataset.title || "Untitled";
  const facts = element("div", { className: "footnote-facts" }, link.dataset.about);
  const text = element("div", {}, notice("Opening …"));
  mark(link);
  place().hidden = false;
  document.body.classList.add("reads-source");
  place().replaceChildren(bar(link), element("header", {}, element("h2", { dir: "auto", tabIndex: -1 }, title), facts), text);
  if (focused) place().querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
  announce(`Source: ${title}${opened.links.length > 1 ? `, quote ${opened.at + 1} of ${opened.links.length}` : ""}`);
  const page = await pageOf(link);
  if (mine !== newest || !sourceIsOpen()) return; // another was asked for meanwhile
  if (page) facts.replaceChildren(...page.querySelectorAll("header .facts"));
  text.replaceChildren(...(page ? [...page.querySelectorAll(".notice"), textOf(page)] : gone(link)));
  text.querySelector("mark.active")?.scrollIntoView({ block: "center" });
}

async function pageOf(link) {
  try {
    const answer = await fetch(link.href);
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  } catch {
    return null;
  }
}

function textOf(page) {
  const article = page.querySelector("article");
  article.className = "source-text";
  article.tabIndex = 0;
  article.setAttribute("role", "region");
  article.setAttribute("aria-label", "Text of the source");
  for (const one of article.querySelectorAll("[id]")) for (const name of ["id", "autofocus"]) one.removeAttribute(name);
  shorten(article);
  return article;
}

function shorten(article) {
  const blocks = [...article.children];
  const length = (at) => blocks[at].textContent.length;
  let first = Math.max(0, blocks.findIndex((block) => block.querySelector("mark.active")));
  let last = first;
  let left = MOST_SHOWN;
  while (left > 0 && (first > 0 || last < blocks.length - 1)) {
    if (first > 0) left -= length(--first);
    if (last < blocks.length - 1) left -= length(++last);
  }
  for (const block of [...blocks.slice(0, first), ...blocks.slice(last + 1)]) block.remove();
  if (first > 0) article.prepend(notice("The beginning of this long document is left out here."));
  if (last < blocks.length - 1) article.append(notice("The rest of this long document is left out here."));
}

const notice = (words) => element("p", { className: "notice" }, words);
const gone = (link) => [
  notice("This document has been removed, or cannot be reached. These words were quoted from it:"),
  element("blockquote", { dir: "auto" }, link.dataset.quote ?? ""),
];

function bar(link) {
  const named = (sign, name, act) => button(sign, act, { "aria-label": name, title: name });
  const steps = [
    named("‹", "Previous quote of this statement", () => step(-1)),
    element("span", { className: "source-count" }, `${opened.at + 1} of ${opened.links.length}`),
    named("›", "Next quote of this statement", () => step(1)),
  ];
  const page = element("a", { href: link.href, target: "_blank", rel: "noopener" }, "Open page");
  const back = named("← Passages", "Back to the passages", closeSource);
  return element("div", { className: "source-bar" }, back, ...(opened.links.length > 1 ? steps : []), page);
}
